using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

[Trait("Rule", "boundary")]
public sealed class ProbeTests
{
    [Fact]
    public async Task Probe_Opened_IsToldToAllGatewaysByItsHashAndNamesThoseThatRefuse()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        OpenProbe? told = null;
        await using var one = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"), api: app => app.MapPost("/api/probes", (OpenProbe probe) =>
        {
            told = probe;
            return Results.NoContent();
        }));
        await using var two = await TestPlane.StartAsync(
            control, "gw-2", folder.Of("gw-2"), api: app => app.MapPost("/api/probes", () => Results.StatusCode(StatusCodes.Status429TooManyRequests)));
        await one.ConnectedAsync();
        await two.ConnectedAsync();

        var probe = await control.Api.OpenProbeAsync(Cancel);

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(probe.Token)), told!.Hash);
        Assert.Equal(["gw-1"], probe.Planes);
        Assert.StartsWith("gw-2 (4 probes are open there", Assert.Single(probe.Silent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_WithoutAnOperatorsToken_IsRefused()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var plane = control.AsPlane();

        using var refused = await plane.PostAsync("/api/probes", null, Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}
