"""How a run goes: orchestration, files in, files out. The only place that imports Prefect."""
