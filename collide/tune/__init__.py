"""The live page: doit tune serves it, on this machine only"""
