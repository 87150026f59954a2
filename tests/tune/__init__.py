"""Tests of the live page: its pictures, the files it writes, and access to it."""
