using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Hub.Control.Revisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hub.Control.Planes;

/// <summary>
/// <c>POST /api/planes</c>: a plane says hello and gets the stream of revisions: all that is wanted at once, then each new
/// one, and a word each second so that a dead link is noticed: to gateways what they must know in between, to others a ping.
/// </summary>
internal sealed class ConnectPlane(
    RevisionLog revisions,
    PlaneRegistry planes,
    AdoptRollbacks rollbacks,
    IEnumerable<SignalSource> signals,
    TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/planes", (PlaneHello hello, ConnectPlane connect, Caller caller, HttpContext http) =>
            connect.HandleAsync(hello, caller, http.RequestAborted)).Allow(Role.Plane);
        app.MapPost("/api/planes/{plane}/report", ReportAsync).Allow(Role.Plane);
        app.MapGet("/api/planes", (PlaneRegistry registry) => TypedResults.Ok(registry.View())).Allow(Role.Viewer);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ReportAsync(
        string plane, PlaneReport report, PlaneRegistry planes, AdoptRollbacks rollbacks, IEnumerable<ReportTaker> takers)
    {
        if (report.Plane != plane)
        {
            return Refusal.Bad("The report is of another plane", $"The address says {plane}, the body {report.Plane}.").ToProblem();
        }

        if (!await planes.ReportAsync(report))
        {
            return Refusal.Conflict(
                $"{plane} is not known here", "Control was started anew, or the plane has stopped: say hello first (POST /api/planes).").ToProblem();
        }

        await rollbacks.TakeAsync(plane, report.Rollbacks);
        foreach (var take in takers)
        {
            await take(report);
        }

        return TypedResults.NoContent();
    }

    private async Task<Results<ServerSentEventsResult<object?>, ProblemHttpResult>> HandleAsync(
        PlaneHello hello, Caller caller, CancellationToken aborted)
    {
        if (hello.Protocol is not (ProtocolVersion.Current or ProtocolVersion.Current - 1) || hello.Protocol < 1)
        {
            var older = hello.Protocol < ProtocolVersion.Current ? $"the plane {hello.Plane}" : "control";
            return new Refusal(
                StatusCodes.Status426UpgradeRequired, $"Protocol {hello.Protocol} is not spoken here",
                $"Control speaks {ProtocolVersion.Current} and the one before. Upgrade {older}; planes and control may be one version apart.").ToProblem();
        }

        if (hello.Role is not ("gateway" or "migration" or "adapters") || hello.Plane.Length == 0 || hello.Plane.Contains('/', StringComparison.Ordinal))
        {
            return Refusal.Bad(
                "The hello names no plane", $"'{hello.Plane}' in the role '{hello.Role}': a name without a slash and one of gateway, migration, adapters are needed.").ToProblem();
        }

        var connected = await planes.ConnectAsync(hello);
        if (connected.Refusal is { } refusal)
        {
            return refusal.ToProblem();
        }

        await CheckEpochAsync(hello, caller);
        await rollbacks.TakeAsync(hello.Plane, hello.Rollbacks);
        return TypedResults.ServerSentEvents(StreamAsync(connected.Value, hello.DocumentHash, aborted));
    }

    // A plane that holds what this store never gave tells of a new or restored store (SAFETY.md 12).
    private async Task CheckEpochAsync(PlaneHello hello, Caller caller)
    {
        if (hello.Holds == RevisionId.None || !IsForeign(hello, revisions.Current.Revision.Id))
        {
            return;
        }

        await revisions.ChangeAsync<bool>(draft =>
        {
            if (IsForeign(hello, draft.Before.Revision.Id))
            {
                draft.DrawEpoch(RevisionLog.DrawEpoch(), hello.Holds.Number);
                draft.Audit(
                    caller with { From = $"plane {hello.Plane}" }, "epoch", "store",
                    $"{hello.Plane} holds revision {hello.Holds}, which this store never gave: the store is new or restored",
                    draft.Before.Revision.Id.ToString(), draft.Id.ToString());
            }

            return true;
        });
    }

    private bool IsForeign(PlaneHello hello, RevisionId current) =>
        hello.Holds.Number > current.Number || (hello.Holds.Epoch == current.Epoch && !revisions.Knows(hello.Holds, hello.Stamp));

    // Only gateways sign identities.
    private static Revision For(string role, Revision revision) =>
        role == "gateway" ? revision : revision with { Keys = revision.Keys with { Identity = null } };

    private PlaneSignals Signals() => signals.Aggregate(PlaneSignals.Empty, (told, add) => add(told));

    private async IAsyncEnumerable<SseItem<object?>> StreamAsync(
        PlaneEntry plane, string held, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            while (!ends.IsCancellationRequested)
            {
                var (wanted, changed) = revisions.Watch();
                var revision = For(plane.Role, wanted.Revision);
                yield return new SseItem<object?>(revision.DocumentHash == held ? revision with { Document = null } : revision, "revision");
                held = revision.DocumentHash;
                while (!changed.IsCompleted && !ends.IsCancellationRequested)
                {
                    var ping = Task.Delay(PlaneTimes.Report, time, ends.Token);
                    if (await Task.WhenAny(changed, ping) == ping && !ends.IsCancellationRequested)
                    {
                        yield return plane.Role == "gateway" ? new SseItem<object?>(Signals(), "signals") : new SseItem<object?>(null, "ping");
                    }
                }
            }
        }
        finally
        {
            await planes.DisconnectAsync(plane);
        }
    }
}
