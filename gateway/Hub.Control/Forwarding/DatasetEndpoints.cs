using System.Collections.Immutable;
using Hub.Control.Access;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>
/// <c>hub dataset pause | resume | snapshot</c>: the migration plane does it, control says who may and keeps who did.
/// </summary>
internal static class DatasetEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Post<PauseDataset>(app, "pause", (request, caller) => request with { By = caller.Name }, request => (request.Reason, "paused"));
        Post<ResumeDataset>(app, "resume", (request, _) => request, request => (request.Reason, request.How is { } how ? $"resumed by {how}" : "resumed"));
        Post<VerifyDataset>(
            app, "verify", (request, _) => request,
            request => (request.Reason, $"verified: {request.Table ?? "all tables"}{(request.Target is { } target ? $" of {target}" : "")}{(request.Repair ? ", repaired" : "")}{(request.Personal ? ", personal data kept as it is" : "")}"));
        Post<ChangeQuarantine>(app, "quarantine/retry", (request, _) => request, request => (request.Reason, $"tried again{(request.Id is { } id ? $": entry {id}" : "")}{(request.Target is { } target ? $" at {target}" : "")}"));
        Post<ChangeQuarantine>(
            app, "quarantine/discard", (request, _) => request, request => (request.Reason, $"discarded entry {request.Id}{(request.Target is { } target ? $" of {target}" : "")}"));

        // They hold rows, which a viewer may not see.
        Get<ImmutableArray<VerificationView>>(app, "verification", Role.Viewer);
        Get<ImmutableArray<DifferenceView>>(app, "differences", Role.Operator);
        Get<ImmutableArray<QuarantineView>>(app, "quarantine", Role.Operator);
        Get<QuarantineView>(app, "quarantine/{target}/{id}", Role.Operator);
        Post<SnapshotDataset>(
            app, "snapshot", (request, _) => request, request => (request.Reason, $"copied again: {request.Table ?? "all tables"}{(request.Target is { } target ? $" into {target}" : "")}"));
    }

    private static void Get<T>(IEndpointRouteBuilder app, string what, Role role) =>
        app.MapGet($"/api/datasets/{{dataset}}/{what}", (HttpContext http, PlaneCalls calls) => calls.ForwardAsync(http, "migration"))
            .Allow(role).Produces<T>().ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static void Post<T>(
        IEndpointRouteBuilder app, string verb, Func<T, Caller, T> complete, Func<T, (string? Reason, string After)> tell)
        where T : class =>
        ForwardedWrite.Map(app, $"/api/datasets/{{dataset}}/{verb}", "migration", complete, (request, http) =>
        {
            var (reason, after) = tell(request);
            return new AuditedWrite($"dataset {verb.Replace('/', ' ')}", (string)http.GetRouteValue("dataset")!, reason, after);
        }).Produces<DatasetView>();
}
