"""Exams from the plan to the proved record: planning, sitting, grading, regrading."""
