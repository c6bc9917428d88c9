using System.Collections.Immutable;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Customers;

/// <summary>Reads a customer's accounts, claims and pins.</summary>
internal sealed class CustomerStore(ControlStore store, TimeProvider time)
{
    public static ImmutableArray<ClaimView> Claims(SqliteConnection connection, string key, DateTimeOffset now) =>
        [.. connection.Query(
            $"SELECT dataset, key, side, number, revision, touched_at FROM claim WHERE key = {key} AND ends_at > {now} ORDER BY dataset",
            ReadClaim)];

    public static ClaimView ReadClaim(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetDateTimeOffset(5));

    public CustomerView Read(string key)
    {
        using var connection = store.Open();
        var account = connection.Query($"SELECT account FROM account WHERE key = {key}", row => row.GetString(0));
        var pins = connection.Query(
            $"SELECT journey, side, revision, started_at FROM pin WHERE key = {key} ORDER BY journey",
            row => new PinView(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDateTimeOffset(3)));
        return new CustomerView(key, account.FirstOrDefault(), Claims(connection, key, time.GetUtcNow()), [.. pins]);
    }
}
