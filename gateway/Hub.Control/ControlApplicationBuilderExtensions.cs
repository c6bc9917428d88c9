using Hub.Control;
using Hub.Control.Access;
using Hub.Control.Audit;
using Hub.Control.Customers;
using Hub.Control.Documents;
using Hub.Control.Figures;
using Hub.Control.Forwarding;
using Hub.Control.Gates;
using Hub.Control.Groups;
using Hub.Control.Identity;
using Hub.Control.Mirroring;
using Hub.Control.Pages;
using Hub.Control.Planes;
using Hub.Control.Plans;
using Microsoft.AspNetCore.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves the control plane.</summary>
public static class ControlApplicationBuilderExtensions
{
    /// <summary>Maps <c>/api</c>, the page at <c>/</c>, <c>/openapi/v1.json</c> and <c>/health</c>.</summary>
    public static WebApplication MapHubControl(this WebApplication app)
    {
        // Order matters: problems are told for whatever comes after, and nothing is reached unchecked.
        app.UseExceptionHandler();
        app.UseStatusCodePages(TellStatus);
        app.Use((http, next) =>
        {
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(http);
        });
        app.UseRouting();
        app.UseMiddleware<CheckAccess>();

        app.MapOpenApi();
        app.MapGet("/health/live", () => TypedResults.Ok()).ExcludeFromDescription();
        app.MapGet("/health/ready", () => TypedResults.Ok()).ExcludeFromDescription();
        Sessions.Map(app);
        StatusComposer.Map(app);
        ListGroupsEndpoint.Map(app);
        ListFiguresEndpoint.Map(app);
        ListGatesEndpoint.Map(app);
        PlanGroupEndpoint.Map(app);
        ShiftGroupEndpoint.Map(app);
        RollbackGroupEndpoint.Map(app);
        MirrorGroupEndpoint.Map(app);
        ReadinessEndpoint.Map(app);
        FreezeEndpoint.Map(app);
        ApplyDocumentEndpoint.Map(app);
        ConnectPlane.Map(app);
        CustomerEndpoints.Map(app);
        TokenEndpoints.Map(app);
        IdentityKeyEndpoints.Map(app);
        ListAuditEndpoint.Map(app);
        ForwardEndpoints.Map(app);
        PageEndpoints.Map(app);
        return app;
    }

    // What the framework answers without a body: an address or a method that is not there.
    private static Task TellStatus(Diagnostics.StatusCodeContext context)
    {
        var http = context.HttpContext;
        var (title, detail) = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ("There is nothing here", $"{http.Request.Path} is no address of control. They stand at /openapi/v1.json."),
            StatusCodes.Status405MethodNotAllowed =>
                ("This method is not taken here", $"{http.Request.Method} {http.Request.Path}: use {http.Response.Headers.Allow}."),
            StatusCodes.Status415UnsupportedMediaType => ("The body must be JSON", "Send Content-Type: application/json."),
            var status => ($"Status {status}", $"{http.Request.Method} {http.Request.Path} was answered with {status}."),
        };
        return new Refusal(http.Response.StatusCode, title, detail).ToProblem().ExecuteAsync(http);
    }
}
