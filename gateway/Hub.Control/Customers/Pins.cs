using Hub.Control.Access;
using Hub.Control.Documents;
using Hub.Control.Protocol;
using Hub.Control.Store;
using Hub.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Customers;

/// <summary>Pins of clients without cookies, under their key (SAFETY.md 3): put as a whole.</summary>
internal static class PinEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPut("/api/customers/{key}/pins", Keep).Allow(Role.Plane);
        app.MapGet("/api/customers/{key}/pins", Get).Allow(Role.Plane);
    }

    private static Results<Ok<CustomerPins>, ProblemHttpResult> Get(string key, CustomerStore customers) =>
        CustomerEndpoints.Check(key) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Ok(new CustomerPins(customers.Read(key).Pins));

    private static async Task<Results<NoContent, ProblemHttpResult>> Keep(string key, CustomerPins request, ControlStore store)
    {
        var refusal = CustomerEndpoints.Check(key)
            ?? (request.Pins.All(pin => Sides.TryParse(pin.Side, out _)) ? null : Refusal.Bad("There is no such side", "A pin's side is legacy or new."));
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await store.WriteAsync(connection =>
        {
            connection.Execute($"DELETE FROM pin WHERE key = {key}");
            foreach (var pin in request.Pins)
            {
                connection.Execute(
                    $"INSERT OR REPLACE INTO pin (key, journey, side, revision, started_at) VALUES ({key}, {pin.Journey}, {pin.Side}, {pin.Revision}, {pin.StartedAt})");
            }

            return true;
        });
        return TypedResults.NoContent();
    }
}
