namespace Hub.Running.Changes;

/// <summary>What differs between the databases that the small shop of these tests stands in.</summary>
public sealed record LegacyDialect(string Source, string Now, string Truth, string Tables)
{
    public static LegacyDialect Postgres { get; } = new(
        "Postgres", "now()", "true",
        """
        create table customer(id bigint primary key, email varchar(80) not null unique, name text not null, note text, born date, active boolean not null, created timestamp not null);
        create table orders(id bigint primary key, customer_id bigint not null, number varchar(60) not null unique, status varchar(12) not null, total numeric(12,2) not null,
          weight double precision, data json, placed timestamptz not null, changed timestamp not null);
        create table order_line(order_id bigint not null, no integer not null, sku varchar(40) not null, quantity integer not null, price numeric(14,4) not null, picture bytea, primary key(order_id, no));
        """);

    public static LegacyDialect MariaDb { get; } = new(
        "MariaDb", "now(6)", "1",
        """
        create table customer(id bigint primary key, email varchar(80) not null unique, name text not null, note mediumtext, born date, active tinyint(1) not null, created datetime(6) not null);
        create table orders(id bigint primary key, customer_id bigint not null, number varchar(60) not null unique, status varchar(12) not null, total decimal(12,2) not null,
          weight double, data longtext, placed timestamp(6) not null default current_timestamp(6), changed datetime(6) not null);
        create table order_line(order_id bigint not null, no integer not null, sku varchar(40) not null, quantity integer not null, price decimal(14,4) not null, picture blob, primary key(order_id, no));
        """);

    /// <summary>New's store in PostgreSQL: other names, stricter types, unique values and a foreign key that is looked at when a transaction ends.</summary>
    public const string Target =
        """
        create table client(id bigint primary key, email text not null unique, name text not null, note text, born date, active boolean not null, created timestamptz not null);
        create table purchase(id bigint primary key, client_id bigint not null, number text not null unique, state text not null, total numeric(12,2) not null, weight double precision, data jsonb, placed timestamptz not null, changed timestamptz not null);
        create table purchase_line(purchase_id bigint not null references purchase(id) deferrable initially deferred, no integer not null, sku text not null, quantity integer not null, price numeric(14,4) not null, picture bytea, primary key(purchase_id, no));
        create table first_line(id bigint primary key, state text not null, quantity integer, price numeric(14,4));
        create table slip(id bigint primary key, number text not null, sku_1 text, sku_2 text);
        """;

    /// <summary>The zone in which legacy writes times without one.</summary>
    public const string Zone = "Europe/Berlin";

    /// <summary>How the dataset is mapped, table by table, once joined and once pivoted: <c>Targets.NAME.Tables</c>.</summary>
    public const string Mapping =
        """
        {
          "client": { "From": "customer", "Columns": { "id": "id", "email": "email", "name": "name", "note": "note", "born": "born",
            "active": { "From": "active", "As": "bool" }, "created": { "From": "created", "As": "zoned time" } } },
          "purchase": { "From": "orders", "Columns": { "id": "id", "client_id": "customer_id", "number": "number",
            "state": { "From": "status", "Map": { "new": "open", "paid": "paid", "sent": "done" } }, "total": { "From": "total", "As": "decimal" },
            "weight": "weight", "data": "data", "placed": { "From": "placed", "As": "utc time" }, "changed": { "From": "changed", "As": "zoned time" } } },
          "purchase_line": { "From": "order_line", "Columns": { "purchase_id": "order_id", "no": "no", "sku": "sku", "quantity": "quantity",
            "price": { "From": "price", "As": "decimal" }, "picture": "picture" } },
          "first_line": { "From": "orders",
            "Columns": { "id": "id", "state": { "From": "status", "Map": { "new": "open", "paid": "paid", "sent": "done" } } },
            "Join": [ { "Table": "order_line", "On": { "order_id": "id" }, "Where": { "no": 1 },
              "Columns": { "quantity": "quantity", "price": { "From": "price", "As": "decimal" } } } ] },
          "slip": { "From": "orders", "Columns": { "id": "id", "number": "number" },
            "Join": [ { "Table": "order_line", "On": { "order_id": "id" }, "Attribute": "no", "Value": "sku", "Columns": { "sku_1": "1", "sku_2": "2" } } ] }
        }
        """;
}
