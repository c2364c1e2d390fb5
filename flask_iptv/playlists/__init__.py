"""Playlists: the ones written for a user's player, and the ones that other people wrote."""
