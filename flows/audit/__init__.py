"""`doisoat audit-sample`: pairs drawn for clerks, and their answers read back as precision and recall."""
