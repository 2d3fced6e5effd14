"""A fit with everything round it: schedules, checkpoints, summaries, pictures and the run folder."""
