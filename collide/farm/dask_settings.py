"""The dask settings for a farm; connections use TLS, and the dashboard is off."""

CONNECT = 15  # seconds; below 11 an assertion in dask fails
SETTINGS = {
    "distributed.comm.require-encryption": True,
    "distributed.comm.timeouts.connect": f"{CONNECT}s",
    "distributed.comm.timeouts.tcp": "15s",
    "distributed.scheduler.allowed-failures": 10,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-ttl": "30s",
    **{
        f"distributed.worker.memory.{of}": False for of in ("target", "spill", "pause", "terminate")
    },
    "distributed.worker.profile.enabled": False,
    "distributed.worker.http.routes": [],
    "distributed.scheduler.http.routes": [],
}
