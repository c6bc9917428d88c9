using System.Globalization;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary><c>hub order cancel | ship | retry</c>, <c>hub channel hand-over | hand-back</c> and <c>hub deadletter retry | discard</c>: the adapters plane does it.</summary>
internal static class OrderEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        ForwardedWrite.Map<ChangeOrder>(
            app, "/api/orders/cancel", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("order cancel", request.Key, request.Reason, "to be cancelled")).Produces<OrderAnswer>();
        ForwardedWrite.Map<ChangeOrder>(
            app, "/api/orders/retry", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite("order retry", request.Key, request.Reason, "taken up again")).Produces<OrderAnswer>();
        ForwardedWrite.Map<ShipOrder>(
            app, "/api/orders/ship", "adapters", (request, _) => request,
            (request, _) => new AuditedWrite(
                "order ship", request.Key, null,
                request.Lines is { IsEmpty: false } lines ? string.Join(", ", lines.Select(line => $"{line.Value} {line.Key}")) : "all that remains")).Produces<OrderAnswer>();
        Channel(app, "hand-over", "the hub");
        Channel(app, "hand-back", "the old export");
        DeadLetter(app, "retry", "retried");
        DeadLetter(app, "discard", "discarded");
    }

    private static void Channel(IEndpointRouteBuilder app, string verb, string owner)
    {
        ForwardedWrite.Map<SwitchChannel>(
            app, $"/api/channels/{verb}", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite(
                $"channel {verb}", request.Channel, request.Reason, $"{owner} from {(request.At is { } at ? $"{at:u}" : "now")} on")).Produces<ChannelAnswer>();
    }

    private static void DeadLetter(IEndpointRouteBuilder app, string verb, string after)
    {
        ForwardedWrite.Map<ChangeDeadLetter>(
            app, $"/api/deadletters/{verb}", "adapters", (request, caller) => request with { By = caller.Name },
            (request, _) => new AuditedWrite($"deadletter {verb}", request.Id.ToString(CultureInfo.InvariantCulture), request.Reason, after)).Produces<DeadLetterView>();
    }
}
