using Contoso.Identity;

namespace Contoso.Entries;

/// <summary>The API. Its paths are those that the gateway's route passes on.</summary>
internal static class EntryEndpoints
{
    public static void MapEntries(this RouteGroupBuilder api)
    {
        api.MapGet("/entries/{id}", async (string id, EntryStore store, CancellationToken cancellationToken) =>
            await store.FindAsync(id, cancellationToken) is { } entry ? Results.Ok(entry) : Results.NotFound());
        api.MapPut("/entries/{id}", async (string id, EntryText body, EntryStore store, CancellationToken cancellationToken) =>
        {
            await store.KeepAsync(new Entry(id, body.Text), cancellationToken);
            return Results.NoContent();
        });

        // Who asks, by the hub's word. A stranger has none.
        api.MapGet("/me", (HttpContext http) => http.Features.Get<Customer>() is { } customer ? Results.Ok(customer) : Results.Unauthorized());
    }

    internal sealed record EntryText(string Text);
}
