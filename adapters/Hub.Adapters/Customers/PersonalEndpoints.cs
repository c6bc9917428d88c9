using System.Text.Json;
using Hub.Adapters.Orders;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Customers;

/// <summary><c>/api/customers</c>: what a buyer may ask for (docs/operate/personal-data.md).</summary>
internal static class PersonalEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/customers/erase", EraseCustomer.HandleAsync);
        api.MapPost("/customers/export", async (CustomerRequest request, PersonalData personal, TimeProvider time, CancellationToken cancellationToken) =>
            Wrong(request.Email) ?? TypedResults.Ok(new CustomerExport(
                request.Email.Trim(), time.GetUtcNow(),
                [
                    .. (await personal.OfAsync(request.Email.Trim(), cancellationToken)).Select(order => new ExportedOrder(
                        order.Key.Key, [.. order.Texts.Select(text => new ExportedText(JsonNamingPolicy.CamelCase.ConvertName(text.In.ToString()), text.Kind, text.Text))])),
                ])));
    }

    public static IResult? Wrong(string email) => email.Trim() is { Length: >= 3 and <= 320 } text && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1
        ? null
        : Results.Problem(
            title: "That is no e-mail address", detail: "Buyers are known by it. Write it whole: ann@shop.example", statusCode: StatusCodes.Status400BadRequest);
}
