using System.Net;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Gateway.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Boundary.Probing;

/// <summary>
/// Answers probes with how they arrived. They pass the same <see cref="EntryMiddleware"/> as every request, and end behind it:
/// what is told is what a shopper's request would be.
/// </summary>
/// <param name="Peer">Before a trusted proxy's word is taken, as are the headers.</param>
internal sealed record ProbeArrival(IPAddress? Peer, string? For, string? RealIp, string? Proto, string? Host)
{
    // What a proxy wrote is shown, not kept; longer ones tell no more.
    private const int MostShown = 1_000;

    /// <summary>Before <see cref="EntryMiddleware"/>, which takes the headers away.</summary>
    public static void Use(IApplicationBuilder app)
    {
        var probes = app.ApplicationServices.GetRequiredService<Probes>();
        var branch = app.New();
        branch.UseMiddleware<EntryMiddleware>();
        branch.Run(AnswerAsync);
        var answered = branch.Build();
        app.Use(next => context =>
        {
            if (!probes.Any || !probes.Knows(context))
            {
                return next(context);
            }

            var headers = context.Request.Headers;
            context.Features.Set(new ProbeArrival(
                context.Connection.RemoteIpAddress, Shown(headers, ForwardedHeaders.For), Shown(headers, ForwardedHeaders.RealIp),
                Shown(headers, ForwardedHeaders.Proto), Shown(headers, ForwardedHeaders.Host)));
            return answered(context);
        });
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var arrival = context.Features.Get<ProbeArrival>()!;
        var services = context.RequestServices;
        var rules = services.GetRequiredService<GatewayState>().Model?.Boundary ?? BoundaryRules.Default;
        var client = context.Connection.RemoteIpAddress;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new ProbeAnswer(
                services.GetRequiredService<GatewayOptions>().Name, Text(client), rules.Trusts(client), context.Request.Scheme,
                context.Request.Host.Value ?? "", Text(arrival.Peer), rules.Trusts(arrival.Peer), context.Request.Protocol,
                arrival.For, arrival.RealIp, arrival.Proto, arrival.Host),
            JsonSerializerOptions.Web,
            context.RequestAborted);
    }

    private static string Text(IPAddress? address) =>
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";

    private static string? Shown(IHeaderDictionary headers, string name) =>
        !headers.TryGetValue(name, out var value) ? null : value.ToString() is { Length: > MostShown } text ? text[..MostShown] : value.ToString();
}
