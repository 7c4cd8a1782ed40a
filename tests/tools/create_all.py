"""Makes the tables of SQLAlchemy models in a database, as an application does: metadata.create_all().

    python create_all.py URL MODULE|FILE...
"""
import importlib
import os
import sys

from sqlalchemy import MetaData, create_engine

sys.path[0] = os.getcwd()
found = []
for path in sys.argv[2:]:
    name = os.path.basename(path)[:-3] if path.endswith(".py") else path
    module = importlib.import_module(name)
    modules = [module]
    for folder in getattr(module, "__path__", []):
        modules += [importlib.import_module(name + "." + file[:-3]) for file in sorted(os.listdir(folder)) if file.endswith(".py") and file[0] != "_"]
    for module in modules:
        for value in vars(module).values():
            metadata = value if isinstance(value, MetaData) else getattr(value, "metadata", None)
            if isinstance(metadata, MetaData) and all(metadata is not one for one in found):
                found.append(metadata)

engine = create_engine(sys.argv[1])
if engine.dialect.name == "postgresql":
    schemas = sorted({table.schema for metadata in found for table in metadata.tables.values() if table.schema})
    with engine.begin() as connection:
        for schema in schemas:
            connection.exec_driver_sql("CREATE SCHEMA " + schema)
for metadata in found:
    metadata.create_all(engine)
