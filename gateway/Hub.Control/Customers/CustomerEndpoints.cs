using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Placement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Customers;

/// <summary>All that the store holds of one customer, for a plane to which the key is new.</summary>
internal static class CustomerEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/customers/{key}", Get).Allow(Role.Plane);
        BindAccountEndpoint.Map(app);
        ClaimEndpoints.Map(app);
        PinEndpoints.Map(app);
        BusinessKeyEndpoints.Map(app);
    }

    public static Refusal? Check(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (!CustomerKey.TryParse(key, out _))
            {
                return Refusal.Bad("This is no customer's key", $"'{key}' is not written as 32 hexadecimal digits.");
            }
        }

        return null;
    }

    private static Results<Ok<CustomerView>, ProblemHttpResult> Get(string key, CustomerStore customers) =>
        Check(key) is { } refusal ? refusal.ToProblem() : TypedResults.Ok(customers.Read(key));
}
