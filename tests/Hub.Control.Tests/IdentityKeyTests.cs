using System.Net.Http.Json;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.Extensions.Time.Testing;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

[Trait("Rule", "1")]
public sealed class IdentityKeyTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Keys_OfANewStore_OneSignsTheNextIsPublishedAndARestartKeepsBoth()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var published = await PublishedAsync(control);

        var views = await control.Api.GetKeysAsync(Cancel);
        await control.StopAsync();
        await control.StartAsync();

        Assert.Equal(["signs", "next"], views.Select(key => key.State));
        Assert.Equal(views.Select(key => key.Kid), published);
        Assert.Equal(published, await PublishedAsync(control));
        using var anyone = new HttpClient { BaseAddress = control.Address };
        Assert.DoesNotContain("\"d\"", await anyone.GetStringAsync(JwkSet.Path, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_NextKeySigns_TheOldStaysPublishedUntilItsTokensHaveEnded()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(Start);
        await using var control = await StartAsync(folder.Path, time);
        var before = await control.Api.GetKeysAsync(Cancel);
        var refused = await Assert.ThrowsAnyAsync<ApiException>(() => control.Api.RotateKeyAsync(new RotateKey(), Cancel));
        time.Advance(TimeSpan.FromMinutes(11));

        var after = await control.Api.RotateKeyAsync(new RotateKey(Reason: "drill"), Cancel);

        Assert.Equal(409, (int)refused.StatusCode);
        Assert.Equal(["ended", "signs", "next"], after.Select(key => key.State));
        Assert.Equal(before.Select(key => key.Kid), after.Take(2).Select(key => key.Kid));
        Assert.Equal(3, (await PublishedAsync(control)).Count);
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(after.Skip(1).Select(key => key.Kid), await PublishedAsync(control));
        var audit = Assert.Single(await control.Api.GetAuditAsync(100, Cancel), row => row.Action == "key rotate");
        Assert.Equal(("drill", before[0].Kid, before[1].Kid), (audit.Reason, audit.Before, audit.After));
    }

    [Fact]
    public async Task Rotate_Compromised_PublishesNoneOfTheOld()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        var before = await PublishedAsync(control);

        await control.Api.RotateKeyAsync(new RotateKey(Compromised: true), Cancel);

        var after = await PublishedAsync(control);
        Assert.Equal(2, after.Count);
        Assert.Empty(after.Intersect(before));
    }

    [Fact]
    public async Task Age_OfTheKeyThatSigns_RotatesItByItself()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(Start);
        await using var control = await StartAsync(folder.Path, time);
        var before = await control.Api.GetKeysAsync(Cancel);

        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromDays(1));
            return (await control.Api.GetKeysAsync(Cancel)).Single(key => key.State == "signs").Kid == before[1].Kid;
        }, "the next key signs");

        Assert.True(time.GetUtcNow() - Start >= TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task Stream_GivesGatewaysTheOnePrivateKeyAndOtherPlanesNone()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        await using var gateway = await TestPlane.StartAsync(control, "gw-1", folder.Of("gw-1"));
        await using var migration = await TestPlane.StartAsync(control, "mig-1", folder.Of("mig-1"), "migration");
        await gateway.ConnectedAsync();
        await migration.ConnectedAsync();
        await control.Api.RotateKeyAsync(new RotateKey(Compromised: true), Cancel);
        var signing = (await control.Api.GetKeysAsync(Cancel)).Single(key => key.State == "signs").Kid;

        await Eventually.True(() => gateway.Link.Current!.Keys.Identity!.Any(key => key.Kid == signing), "the gateway has the new key");

        var key = Assert.Single(gateway.Link.Current!.Keys.Identity!, key => key.Private is not null);
        Assert.Equal(signing, key.Kid);
        Assert.Null(migration.Link.Current!.Keys.Identity);
    }

    private static async Task<List<string>> PublishedAsync(TestControl control)
    {
        using var anyone = new HttpClient { BaseAddress = control.Address };
        return [.. (await anyone.GetFromJsonAsync<JwkSet>(JwkSet.Path, Cancel))!.Keys.Select(key => key.Kid)];
    }
}
