# Gives the hub's login its password, which stands in no file of the repository.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$(cat /run/secrets/hub_password)" <<'SQL'
ALTER ROLE hub PASSWORD :'password';
SQL
