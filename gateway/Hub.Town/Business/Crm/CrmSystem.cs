using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hub.Town.Business.Crm;

/// <summary>The town's CRM: people by e-mail address. Putting one twice is putting it once.</summary>
internal static class CrmSystem
{
    private static readonly SqliteSchema Schema = new("""
        CREATE TABLE contact (email TEXT PRIMARY KEY COLLATE NOCASE, name TEXT NOT NULL, updates INTEGER NOT NULL DEFAULT 1);
        """);

    public static WebApplication Build(TownContext town, Uri address)
    {
        var store = town.OpenStore("crm.db");
        Schema.Upgrade(store);
        var app = BusinessSystem.Build(town, address, TownTokens.Crm);
        app.MapPut("/contacts/{email}", (string email, NewContact contact) => Upsert(store, email, contact));
        app.MapDelete("/contacts/{email}", (string email) =>
        {
            using var connection = store.Open();
            connection.Execute($"DELETE FROM contact WHERE email = {email}");
            return Results.NoContent();
        });
        app.MapGet("/contacts", () =>
        {
            using var connection = store.Open();
            return connection.Query(
                $"SELECT email, name, updates FROM contact ORDER BY email",
                row => new Contact(row.GetString(0), row.GetString(1), row.GetInt64(2)));
        });
        return app;
    }

    private static IResult Upsert(SqliteFile store, string email, NewContact contact)
    {
        if (!email.Contains('@', StringComparison.Ordinal))
        {
            return BusinessSystem.Refuse($"'{email}' is no e-mail address.");
        }

        using var connection = store.Open();
        connection.Execute($"""
            INSERT INTO contact (email, name) VALUES ({email}, {contact.Name})
            ON CONFLICT (email) DO UPDATE SET name = excluded.name, updates = updates + 1
            """);
        return Results.Ok();
    }

    private sealed record NewContact(string Name);

    private sealed record Contact(string Email, string Name, long Updates);
}
