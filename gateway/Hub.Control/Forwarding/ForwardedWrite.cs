using System.Text.Json;
using Hub.Control.Access;
using Hub.Control.Audit;
using Hub.Control.Revisions;
using Hub.Control.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Control.Forwarding;

/// <summary>A write that a plane does itself: control says who may, and keeps who did.</summary>
internal static class ForwardedWrite
{
    /// <param name="role">The role of the plane that does it.</param>
    /// <param name="complete">What was read, with what control knows of the caller; that is sent on.</param>
    /// <param name="tell">The audit row: what was done, to whom, why, and what came of it.</param>
    public static RouteHandlerBuilder Map<T>(
        IEndpointRouteBuilder app, string path, string role, Func<T, Caller, T> complete, Func<T, HttpContext, AuditedWrite> tell)
        where T : class =>
        app.MapPost(
            path,
            async (T request, HttpContext http, PlaneCalls calls, ControlStore store, RevisionLog revisions, Caller caller, TimeProvider time) =>
            {
                var body = JsonSerializer.SerializeToUtf8Bytes(complete(request, caller), JsonSerializerOptions.Web);
                (http.Request.Body, http.Request.ContentLength) = (new MemoryStream(body), body.Length);
                var done = false;
                http.Response.OnStarting(() =>
                {
                    done = http.Response.StatusCode is >= 200 and < 300;
                    return Task.CompletedTask;
                });
                await calls.ForwardAsync(http, role);
                if (done || (!http.Response.HasStarted && http.Response.StatusCode is >= 200 and < 300))
                {
                    var write = tell(request, http);
                    await store.WriteAsync(connection =>
                    {
                        AuditTrail.Add(
                            connection, time.GetUtcNow(), caller, write.Action, write.Subject, write.Reason, before: null, write.After, revisions.Current.Revision.Id);
                        return true;
                    });
                }
            })
            .Allow(Role.Operator).Accepts<T>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
}

/// <summary>What the audit trail keeps of a write.</summary>
internal sealed record AuditedWrite(string Action, string Subject, string? Reason, string After);
