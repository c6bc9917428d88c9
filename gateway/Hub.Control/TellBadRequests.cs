using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Hub.Control;

/// <summary>A body or a parameter that can't be read is told as a problem which says what is wrong with it.</summary>
internal sealed class TellBadRequests : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        var why = bad.InnerException is JsonException json ? json.Message : bad.Message;
        await new Refusal(
            bad.StatusCode, "The request can't be read", $"{why} What it takes stands at /openapi/v1.json.").ToProblem().ExecuteAsync(httpContext);
        return true;
    }
}
