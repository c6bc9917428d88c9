-- Dataset shop, Debezium connector hub-shop: lets Debezium read the dataset's tables. It can run again.
-- Run by an administrator of PostgreSQL in database shop.
--
-- Load to expect:
-- Reading: one replication slot, one process that decodes the whole server's log whatever the dataset's share of it is: at most one core, measured 31,000 to 35,000 changes a second on two.
-- Log: while the connector is down the slot hub_shop keeps all of the server's log. Bound it (max_slot_wal_keep_size), and watch the lag.
-- Replica identity stays as it is: the log grows by nothing but Hub's own two tables.
-- Watermarks: one small update each second, 86,400 a day, about 20 MB of log a day.
-- A copy by signal: chunks of 2,000 rows read by primary key, one after the other, measured up to 40,000 rows a second, and two rows in hub_shop_signal a chunk; those may be deleted when no copy runs.
-- Topic hub.shop.changes: about 0.5 to 1 kB a change before compression, kept 14 days: 100 changes a second are 60 to 120 GB before lz4, which makes a tenth to a quarter of it.

-- 1. What would go wrong later, or break legacy's own writes, stops here.
DO $hub$
DECLARE found text;
BEGIN
  IF current_setting('wal_level') <> 'logical' THEN
    RAISE EXCEPTION 'wal_level is %, so changes can not be read from the log', current_setting('wal_level')
      USING HINT = 'Set wal_level = logical in postgresql.conf and restart the server.';
  END IF;
  SELECT string_agg(name, ', ') INTO found FROM unnest(ARRAY['"public"."Category"', '"public"."Product"', '"public"."Orders"', '"public"."OrderLine"']) AS t(name) WHERE to_regclass(name) IS NULL;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'there is no table %', found USING HINT = 'Correct the Tables of the dataset.';
  END IF;
  SELECT string_agg(c.oid::regclass::text, ', ') INTO found FROM pg_class c
  WHERE c.oid = ANY(ARRAY['"public"."Category"', '"public"."Product"', '"public"."Orders"', '"public"."OrderLine"']::regclass[])
    AND (c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary));
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'no primary key in %: once it is published, legacy''s own UPDATE and DELETE on it fail', found
      USING HINT = 'Give it a primary key, or take it out of the dataset.';
  END IF;
END $hub$;

-- 2. Logins, without a password: set each by \password in psql, so that it stands in no file and no log.
DO $hub$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub') THEN
    CREATE ROLE "hub" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
  END IF;
END $hub$;
ALTER ROLE "hub" REPLICATION;

-- 3. Hub's own two tables: a row a dataset that is written each second, and this dataset's signals, which start copies.
CREATE TABLE IF NOT EXISTS "public"."hub_watermark"(
  dataset text PRIMARY KEY, counter bigint NOT NULL, ts_ms bigint NOT NULL, lineage text NOT NULL, mark text)
  WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS "public"."hub_shop_signal"(id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data text);

-- 4. Least privilege: these tables and nothing else.
GRANT CONNECT ON DATABASE "shop" TO "hub";
GRANT USAGE ON SCHEMA "public" TO "hub";
GRANT SELECT ON "public"."Category", "public"."Product", "public"."Orders", "public"."OrderLine", "public"."hub_watermark", "public"."hub_shop_signal" TO "hub";
GRANT INSERT ON "public"."hub_shop_signal" TO "hub";
GRANT INSERT, UPDATE ON "public"."hub_watermark" TO "hub";

-- 5. What the connector is told of: these tables alone. Run again, it takes the dataset's tables as they are now.
DO $hub$ BEGIN
  IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'hub_shop') THEN
    ALTER PUBLICATION "hub_shop" SET TABLE "public"."Category", "public"."Product", "public"."Orders", "public"."OrderLine", "public"."hub_watermark", "public"."hub_shop_signal";
  ELSE
    CREATE PUBLICATION "hub_shop" FOR TABLE "public"."Category", "public"."Product", "public"."Orders", "public"."OrderLine", "public"."hub_watermark", "public"."hub_shop_signal" WITH (publish_via_partition_root = true);
  END IF;
END $hub$;
