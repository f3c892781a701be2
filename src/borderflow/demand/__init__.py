"""Phases → daily curve → households. Every random draw is made here."""
