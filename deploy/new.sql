-- New's store: its service makes the tables, and the pipeline fills them. New's own role reads them, until it owns the writes.
CREATE TABLE category(id integer PRIMARY KEY, name text NOT NULL, parent_id integer, published boolean NOT NULL);
CREATE TABLE product(id integer PRIMARY KEY, sku text NOT NULL UNIQUE, name text NOT NULL, description text NOT NULL, price numeric(12, 2) NOT NULL,
  category_id integer NOT NULL, published boolean NOT NULL, stock integer NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE orders(id integer PRIMARY KEY, number text NOT NULL UNIQUE, email text NOT NULL, status text NOT NULL, total numeric(12, 2) NOT NULL,
  currency text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE order_line(id integer PRIMARY KEY, order_id integer NOT NULL, sku text NOT NULL, quantity integer NOT NULL, unit_price numeric(12, 2) NOT NULL);

CREATE ROLE hub LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT CREATE ON DATABASE new TO hub;
GRANT SELECT, INSERT, UPDATE, DELETE ON category, product, orders, order_line TO hub;
CREATE ROLE storefront NOLOGIN;
GRANT SELECT ON category, product, orders, order_line TO storefront;
