"""Operations, applied: started by a request, advanced by the scheduler, one call per step."""
