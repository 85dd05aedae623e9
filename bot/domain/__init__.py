"""Rules and shapes of incidents, paging and on-call; standard library only, time is always an argument."""
