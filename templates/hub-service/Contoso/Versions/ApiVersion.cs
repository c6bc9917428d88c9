using System.Globalization;

namespace Contoso.Versions;

/// <summary>When a version of the API ends: the section <c>Versions:1</c> of the configuration. Consumers are told with each answer.</summary>
internal sealed class ApiVersion
{
    /// <summary>From then on new consumers should take the next one; may lie ahead.</summary>
    public DateTimeOffset? Deprecated { get; init; }

    /// <summary>From then on it may be gone.</summary>
    public DateTimeOffset? Sunset { get; init; }

    /// <summary>Where the next version is.</summary>
    public string? Successor { get; init; }

    /// <summary>RFC 9745, 8594 and 5829.</summary>
    public void Tell(IHeaderDictionary headers)
    {
        if (Deprecated is { } deprecated)
        {
            headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{deprecated.ToUnixTimeSeconds()}");
        }

        if (Sunset is { } sunset)
        {
            headers["Sunset"] = sunset.ToString("R", CultureInfo.InvariantCulture);
        }

        if (Successor is { } successor)
        {
            headers.Append("Link", $"<{successor}>; rel=\"successor-version\"");
        }
    }
}

internal static class ApiVersionExtensions
{
    /// <summary>Each answer of the group says which version it is of, and when that ends.</summary>
    public static RouteGroupBuilder WithVersion(this RouteGroupBuilder api, string name)
    {
        api.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            http.Response.Headers["Api-Version"] = name;
            http.RequestServices.GetRequiredService<IConfiguration>().GetSection($"Versions:{name}").Get<ApiVersion>()?.Tell(http.Response.Headers);
            return await next(context);
        });
        return api;
    }
}
