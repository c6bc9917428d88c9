using System.Globalization;
using System.Text.Json;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Business.Carrier;

/// <summary>The town's carrier. Each shipment is a label that is paid for, also when its reference was there before.</summary>
internal static class CarrierSystem
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE shipment (
            id INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT NOT NULL, address TEXT NOT NULL, weight INTEGER NOT NULL);
        CREATE INDEX shipment_reference ON shipment (reference);
        """,
        "ALTER TABLE shipment ADD COLUMN voided INTEGER NOT NULL DEFAULT 0;",
        "ALTER TABLE shipment ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;");

    public static WebApplication Build(TownContext town, Uri address)
    {
        var store = town.OpenStore("carrier.db");
        Schema.Upgrade(store);
        var app = BusinessSystem.Build(town, address, TownTokens.Carrier);
        app.MapPost("/shipments", (NewShipment shipment) => Ship(store, shipment, town.Time.GetUtcNow()));
        app.MapGet("/shipments", (string? reference, DateTimeOffset? from, DateTimeOffset? until) =>
        {
            var (after, before) = (from?.ToUnixTimeMilliseconds() ?? 0, until?.ToUnixTimeMilliseconds() ?? long.MaxValue);
            using var connection = store.Open();
            return connection.Query($"""
                SELECT id, reference, made_at, voided FROM shipment
                WHERE ({reference} IS NULL OR reference = {reference}) AND made_at >= {after} AND made_at < {before} ORDER BY id
                """,
                row => Shipment.Of(row.GetInt64(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetBoolean(3)));
        });
        app.MapDelete("/shipments/{tracking}", (string tracking) => Void(store, tracking));
        app.MapGet("/labels/{tracking}", (string tracking) => Results.Text($"Town Carrier\n{tracking}\n"));
        return app;
    }

    private static IResult Ship(SqliteFile store, NewShipment shipment, DateTimeOffset now)
    {
        if (shipment.Address.Country is not { Length: 2 } country || !country.All(char.IsAsciiLetterUpper))
        {
            return BusinessSystem.Refuse($"We don't deliver to '{shipment.Address.Country}': a country is two capital letters.");
        }

        using var connection = store.Open();
        connection.Execute($"""
            INSERT INTO shipment (reference, address, weight, made_at)
            VALUES ({shipment.Reference}, {JsonSerializer.Serialize(shipment.Address, JsonSerializerOptions.Web)}, {shipment.Weight}, {now.ToUnixTimeMilliseconds()})
            """);
        return Results.Json(
            Shipment.Of(connection.QueryNumber($"SELECT last_insert_rowid()")!.Value, shipment.Reference, now), statusCode: StatusCodes.Status201Created);
    }

    private static IResult Void(SqliteFile store, string tracking)
    {
        using var connection = store.Open();
        return tracking.StartsWith("TC", StringComparison.Ordinal)
            && long.TryParse(tracking.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && connection.Execute($"UPDATE shipment SET voided = 1 WHERE id = {id}") > 0
            ? Results.Ok()
            : BusinessSystem.Refuse($"There is no shipment {tracking}.");
    }

    /// <param name="Weight">Grams.</param>
    private sealed record NewShipment(string Reference, Destination Address, int Weight);

    private sealed record Destination(string Name, string Street, string City, string Zip, string Country);

    private sealed record Shipment(string Reference, string Tracking, string Label, DateTimeOffset MadeAt, bool Voided)
    {
        public static Shipment Of(long id, string reference, DateTimeOffset madeAt, bool voided = false)
        {
            var tracking = string.Create(CultureInfo.InvariantCulture, $"TC{id:D8}");
            return new Shipment(reference, tracking, $"/labels/{tracking}", madeAt, voided);
        }
    }
}
