namespace Hub.Adapters.Stock.Store;

/// <summary>
/// The tables of stock and prices, the same in both databases. Times are milliseconds since 1970, UTC; <c>place</c> is the owner's id of a location, empty
/// for all together.
/// </summary>
internal static class StockSchema
{
    public const string Name = "hub_stock";

    /// <summary>
    /// <c>stock</c>: the owner's own numbers. <c>stock_delta</c>: what it does not know yet; phase 0 holds, 1 the owner has it, 2 ended. <c>telling</c>: what
    /// each channel is to hold and what it was told; <c>sent</c> is null where that is not known, <c>unsure_until</c> how long a call without answer
    /// may still be carried out, <c>due_at</c> null where nothing is to be told.
    /// </summary>
    public const string First = """
        CREATE TABLE stock (
            sku TEXT NOT NULL, place TEXT NOT NULL, available BIGINT NOT NULL, read_no BIGINT NOT NULL, changed_at BIGINT NOT NULL,
            PRIMARY KEY (sku, place));

        CREATE TABLE stock_delta (
            id TEXT PRIMARY KEY, sku TEXT NOT NULL, place TEXT NOT NULL, change BIGINT NOT NULL, reason TEXT NOT NULL, phase BIGINT NOT NULL,
            created_at BIGINT NOT NULL, booked_no BIGINT, looked_for BIGINT NOT NULL DEFAULT 0, ended_at BIGINT);
        CREATE INDEX stock_delta_open ON stock_delta (sku) WHERE phase < 2;
        CREATE INDEX stock_delta_booked ON stock_delta (created_at) WHERE phase = 1 AND looked_for = 0;
        CREATE INDEX stock_delta_ended ON stock_delta (ended_at) WHERE phase = 2;

        CREATE TABLE price (sku TEXT NOT NULL, channel TEXT NOT NULL, price TEXT NOT NULL, changed_at BIGINT NOT NULL, PRIMARY KEY (sku, channel));

        CREATE TABLE channel (name TEXT NOT NULL, kind TEXT NOT NULL, by_place BIGINT NOT NULL, PRIMARY KEY (name, kind));

        CREATE TABLE telling (
            channel TEXT NOT NULL, kind TEXT NOT NULL, sku TEXT NOT NULL, place TEXT NOT NULL, wanted TEXT NOT NULL, sent TEXT,
            due_at BIGINT, unsure_until BIGINT, attempts BIGINT NOT NULL DEFAULT 0, refused BIGINT NOT NULL DEFAULT 0, reason TEXT,
            changed_at BIGINT NOT NULL, sent_at BIGINT, PRIMARY KEY (channel, kind, sku, place));
        CREATE INDEX telling_due ON telling (channel, kind, due_at, sku, place) WHERE due_at IS NOT NULL;
        CREATE INDEX telling_refused ON telling (changed_at) WHERE refused = 1;
        CREATE INDEX telling_sku ON telling (sku);

        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        """;
}
