"""The benchmark, ``make bench``: what was promised of Flask-IPTV's speed, measured beside peers."""
