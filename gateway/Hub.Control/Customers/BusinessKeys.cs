using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Customers;

/// <summary>
/// Which customer an order's number belongs to, for call-backs and mail links without a cookie (SAFETY.md 1). The first
/// who tells stays: the journey that made the number passes before anybody else can know it.
/// </summary>
internal static class BusinessKeyEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/customers/business-keys", Learn).Allow(Role.Plane);
        app.MapGet("/api/customers/business-keys/{kind}/{value}", Get).Allow(Role.Plane);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Learn(LearnBusinessKey request, ControlStore store, TimeProvider time)
    {
        if (CustomerEndpoints.Check(request.Key) is { } refusal)
        {
            return refusal.ToProblem();
        }

        await store.WriteAsync(connection => connection.Execute(
            $"INSERT OR IGNORE INTO business_key (kind, value, key, at) VALUES ({request.Kind}, {request.Value}, {request.Key}, {time.GetUtcNow()})"));
        return TypedResults.NoContent();
    }

    private static Ok<BusinessKeyView> Get(string kind, string value, ControlStore store)
    {
        // A slash stays encoded in a path; everything else was decoded already.
        value = value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        using var connection = store.Open();
        return TypedResults.Ok(new BusinessKeyView(connection.Query(
            $"SELECT key FROM business_key WHERE kind = {kind} AND value = {value}", row => row.GetString(0))
            .FirstOrDefault()));
    }
}
