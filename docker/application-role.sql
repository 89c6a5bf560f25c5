-- As which api and worker connect; `countersign migrate` gives it its rights (docs/audit.md). The image of Postgres runs this once.
\getenv password POSTGRES_APP_PASSWORD
create role countersign_app login password :'password';
