using Hub.Control.Access;
using Hub.Control.Documents;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Customers;

/// <summary>
/// Which side holds a customer's part of a dataset (SAFETY.md 7). One winner, whoever asks: the writer decides one after
/// the other. Numbers are drawn from one sequence, so that a claim that ended can't be mistaken for a later one.
/// </summary>
internal static class ClaimEndpoints
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/customers/claims", Make).Allow(Role.Plane);
        app.MapPost("/api/customers/claims/end", End).Allow(Role.Plane);
    }

    private static async Task<Results<Ok<ClaimView>, ProblemHttpResult>> Make(MakeClaim request, ControlStore store, TimeProvider time)
    {
        var refusal = CustomerEndpoints.Check(request.Key)
            ?? (Sides.TryParse(request.Side, out _) ? null : Refusal.Bad("There is no such side", $"'{request.Side}' is neither legacy nor new."))
            ?? (request.Keep is { } keep && (keep <= TimeSpan.Zero || keep > TimeSpan.FromDays(3650))
                ? Refusal.Bad("A claim can't be kept for so long", $"{keep} is not between 0 and 3,650 days.")
                : null);
        return refusal is not null
            ? refusal.ToProblem()
            : TypedResults.Ok(await store.WriteAsync(connection => Claim(connection, request, time.GetUtcNow())));
    }

    private static ClaimView Claim(SqliteConnection connection, MakeClaim request, DateTimeOffset now)
    {
        var standing = connection.Query(
            $"SELECT dataset, key, side, number, revision, touched_at FROM claim WHERE dataset = {request.Dataset} AND key = {request.Key} AND ends_at > {now}",
            CustomerStore.ReadClaim).FirstOrDefault();
        if (standing is not null && standing.Number != request.Expected)
        {
            return standing;
        }

        // The same side again is a touch: it lives on, under its number.
        var claim = standing?.Side == request.Side
            ? standing with { TouchedAt = now }
            : new ClaimView(request.Dataset, request.Key, request.Side, NextNumber(connection, request.Expected), request.Revision, now);
        connection.Execute(
            $"""
            INSERT INTO claim (dataset, key, side, number, revision, touched_at, ends_at)
            VALUES ({claim.Dataset}, {claim.Key}, {claim.Side}, {claim.Number}, {claim.Revision}, {now}, {(now + (request.Keep ?? Keep))})
            ON CONFLICT (dataset, key) DO UPDATE SET side = {claim.Side}, number = {claim.Number}, revision = {claim.Revision}, touched_at = {now}, ends_at = {(now + (request.Keep ?? Keep))}
            """);
        return claim;
    }

    // Above what the caller has seen, too: a restored store may have drawn less than it once had.
    private static long NextNumber(SqliteConnection connection, long above) => connection.Query(
        $"""
        INSERT INTO setting (name, value) VALUES ('claim_number', MAX(1, {above} + 1))
        ON CONFLICT (name) DO UPDATE SET value = MAX(CAST(value AS INTEGER), {above}) + 1 RETURNING CAST(value AS INTEGER)
        """,
        row => row.GetInt64(0)).Single();

    private static async Task<NoContent> End(EndClaim request, ControlStore store)
    {
        await store.WriteAsync(connection => connection.Execute(
            $"DELETE FROM claim WHERE dataset = {request.Dataset} AND key = {request.Key} AND number = {request.Number}"));
        return TypedResults.NoContent();
    }
}
