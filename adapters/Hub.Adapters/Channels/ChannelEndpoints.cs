using System.Collections.Immutable;
using Hub.Adapters.Orders;
using Hub.Commerce;
using Hub.Control.Protocol;
using Hub.Orders;
using Hub.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Adapters.Channels;

/// <summary><c>/api/channels</c>: who books whose orders, and changes of hands (docs/operate/takeover.md).</summary>
internal static class ChannelEndpoints
{
    /// <summary>A moment lies at least so far ahead, so that no order has come that is decided by it.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/channels", async (ChannelPlans plans, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var views = ImmutableArray.CreateBuilder<ChannelView>();
            foreach (var channel in plans.Named())
            {
                if (await plans.FindAsync(channel, cancellationToken) is { } plan)
                {
                    views.Add(View(plan, time.GetUtcNow()));
                }
            }

            return TypedResults.Ok(views.ToImmutable());
        });
        api.MapPost("/channels/hand-over", (SwitchChannel request, ChannelPlans plans, IProcessStore store, Intake intake, TimeProvider time, CancellationToken cancellationToken) =>
            SwitchAsync(request, toHub: true, plans, store, intake, time, cancellationToken));
        api.MapPost("/channels/hand-back", (SwitchChannel request, ChannelPlans plans, IProcessStore store, Intake intake, TimeProvider time, CancellationToken cancellationToken) =>
            SwitchAsync(request, toHub: false, plans, store, intake, time, cancellationToken));
    }

    private static async Task<IResult> SwitchAsync(
        SwitchChannel request, bool toHub, ChannelPlans plans, IProcessStore store, Intake intake, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!OrderKey.TryCreate(request.Channel, "1", out _))
        {
            return Results.Problem(
                title: $"'{request.Channel}' is no channel", detail: "A channel is what stands before the slash in an order's key: web, market.", statusCode: StatusCodes.Status400BadRequest);
        }

        var now = time.GetUtcNow();
        var at = request.At ?? DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) + Ahead + Ahead;
        string? refusal = null;
        var kept = await plans.ChangeAsync(request.Channel, plan => Change(plan, new ChannelSwitch(at, toHub, request.By, request.Reason), now, out refusal), cancellationToken);
        if (!kept || refusal is not null)
        {
            return Results.Problem(
                title: $"{request.Channel} stays as it is", detail: refusal ?? "Somebody else changes it at this moment, or the plane has no document yet. Ask again.",
                statusCode: StatusCodes.Status409Conflict);
        }

        var plan = (await plans.FindAsync(request.Channel, cancellationToken))!;
        var early = await OrderHands.CameBeforeAsync(store, request.Channel, at, now, cancellationToken);
        var moved = toHub ? await OrderHands.TakeAsync(store, plan, early, intake.Shipping, cancellationToken) : 0;
        return TypedResults.Ok(new ChannelAnswer(View(plan, now), Note(toHub, plan, early, moved)));
    }

    /// <summary>One change of hands follows the other; one that is still to come is withdrawn by its opposite.</summary>
    private static ImmutableArray<ChannelSwitch>? Change(ChannelPlan plan, ChannelSwitch change, DateTimeOffset now, out string? refusal)
    {
        refusal = null;
        var side = change.ToHub ? "the hub" : "the old export";
        var coming = plan.Switches.LastOrDefault(other => other.At > now);
        if (coming is not null && coming.ToHub != change.ToHub)
        {
            return plan.Switches.Remove(coming);
        }

        refusal = coming is not null ? $"Its orders go to {side} from {coming.At:u} on, as was said before. To choose another moment, withdraw that first by the opposite command."
            : (plan.OwnerAt(now) is OrderOwner.Hub) == change.ToHub ? $"Its orders belong to {side} already."
            : change.At < now + Ahead ? $"{change.At:u} is past, or nearly: orders that came since then have been decided. Say a moment at least {Ahead.TotalSeconds:0} seconds ahead, or none."
            : null;
        return refusal is null ? plan.Switches.Add(change) : null;
    }

    private static string Note(bool toHub, ChannelPlan plan, IReadOnlyCollection<OrderState> early, int moved)
    {
        if (plan.Switches.LastOrDefault() is not { } change || change.ToHub != toHub)
        {
            return "What was to come is withdrawn: nothing changes.";
        }

        var ours = early.Where(order => order.Owner is OrderOwner.Hub && order.Status is not OrderStatus.NotBooked).Select(order => order.Order.Key.ToString()).ToList();
        return toHub
            ? $"Orders placed from {change.At:u} on are the hub's. Have the old export book only what was placed before it.{(moved > 0 ? $" {moved} that came with a later time are taken." : "")}"
            : $"Orders placed from {change.At:u} on are the old export's; have it book them. What was placed before is finished by the hub."
                + (ours.Count > 0 ? $" The shop's clock is ahead: the hub has {string.Join(", ", ours)} already. The old export must leave them out." : "");
    }

    private static ChannelView View(ChannelPlan plan, DateTimeOffset now) => new(
        plan.Channel, plan.Mode, Word(plan.OwnerAt(now)), plan.Switches.LastOrDefault(change => change.At <= now)?.At,
        plan.Switches.FirstOrDefault(change => change.At > now) is { } next ? $"{(next.ToHub ? "hub" : "old export")} from {next.At:u} on" : null, plan.Intake, plan.OldReference);

    private static string Word(OrderOwner owner) => owner switch
    {
        OrderOwner.Hub => "hub",
        OrderOwner.OldExport => "old export",
        _ => "off",
    };
}
