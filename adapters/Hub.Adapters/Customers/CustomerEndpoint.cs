using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Customers;

/// <summary><c>POST /api/customers</c>: a customer was made or changed. 2xx only when it is durable here.</summary>
internal static class CustomerEndpoint
{
    private const int Longest = 320;

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/customers", async (TakeCustomer request, IProcessStore store, CancellationToken cancellationToken) =>
    {
        if (request.Email is not { Length: > 2 and <= Longest } email || email.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))
            || email.IndexOf('@', StringComparison.Ordinal) is not (> 0 and var at) || at == email.Length - 1)
        {
            return Results.Problem(
                title: "A customer without an e-mail address", detail: "'email' is what the CRM knows a person by: name@host.",
                statusCode: StatusCodes.Status422UnprocessableEntity);
        }

        var contact = new Contact(email, request.Name ?? "", request.Id);
        return await store.ReceiveAsync(CustomerProcess.Changed(contact, request.Change ?? Guid.NewGuid().ToString("N")), cancellationToken)
            ? TypedResults.Accepted((string?)null)
            : TypedResults.Ok();
    });
}
