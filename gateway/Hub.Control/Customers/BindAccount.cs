using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Placement;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Customers;

/// <summary>
/// An account takes the visitor's key at its first log-in, if that key has no account yet, and keeps it on every device
/// (SAFETY.md 1). Unique both ways: a key that another account has is not given again, a new one is drawn.
/// </summary>
internal static class BindAccountEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/customers/accounts", Handle).Allow(Role.Plane);

    private static async Task<Results<Ok<AccountBinding>, ProblemHttpResult>> Handle(BindAccount request, ControlStore store, TimeProvider time)
    {
        var refusal = request.Account.Length is 0 or > 256
            ? Refusal.Bad("This is no account's id", "1 to 256 characters are needed.")
            : CustomerEndpoints.Check(request.VisitorKey);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        using var connection = store.Open();
        var now = time.GetUtcNow();
        var key = Find(connection, request.Account) ?? await store.WriteAsync(writer => Take(writer, request, now));
        // A visitor's key that another account has is that account's: what it holds is not handed on (a shared computer).
        var visitor = HasAccount(connection, request.VisitorKey) ? ImmutableArray<ClaimView>.Empty : CustomerStore.Claims(connection, request.VisitorKey, now);
        return TypedResults.Ok(new AccountBinding(request.Account, key, CustomerStore.Claims(connection, key, now), visitor));
    }

    private static string Take(SqliteConnection connection, BindAccount request, DateTimeOffset now)
    {
        if (Find(connection, request.Account) is { } meanwhile)
        {
            return meanwhile;
        }

        var key = HasAccount(connection, request.VisitorKey) ? CustomerKey.Draw().ToString() : request.VisitorKey;
        connection.Execute(
            $"INSERT INTO account (account, key, at) VALUES ({request.Account}, {key}, {now})");
        return key;
    }

    private static bool HasAccount(SqliteConnection connection, string key) =>
        connection.Query($"SELECT 1 FROM account WHERE key = {key}", _ => true).Count > 0;

    private static string? Find(SqliteConnection connection, string account) => connection.Query(
        $"SELECT key FROM account WHERE account = {account}", row => row.GetString(0)).FirstOrDefault();
}
