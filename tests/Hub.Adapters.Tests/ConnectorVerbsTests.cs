using System.Net;
using System.Net.Http.Json;
using Hub.Control.Protocol;
using Hub.Town.Business;

namespace Hub.Adapters.Tests;

/// <summary><c>hub connector check | pause | resume | preview</c>.</summary>
public sealed class ConnectorVerbsTests : IAsyncLifetime
{
    private readonly AdaptersBench _bench = new() { Patience = TimeSpan.FromMinutes(5) };

    [Fact]
    public async Task Pause_OfTheErp_HoldsItsOrdersOverARestartAndGivesNoneUp()
    {
        Assert.Equal(HttpStatusCode.OK, await PostAsync("pause", new ChangeConnector("ERP", "The year is closed", "anna")));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("pause", new ChangeConnector("erp", null, "anna")));
        await _bench.ReceiveAsync(_bench.Order("web/1"));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "received", "it is received");
        await _bench.KillPlaneAsync();
        await _bench.StartPlaneAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(10));
        await _bench.UntilAsync(async () => (await _bench.GetAsync<ConnectorView>("/api/connectors/crm")).Waiting == 0, "the CRM, which is not paused, was told");
        var erp = await _bench.GetAsync<ConnectorView>("/api/connectors/erp");
        Assert.Equal(("paused", 1, true), (erp.State, erp.Waiting, erp.Paused!.Contains("by anna", StringComparison.Ordinal)));
        Assert.Empty(await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp));

        Assert.Equal(HttpStatusCode.OK, await PostAsync("resume", new ChangeConnector("erp", null, "anna")));
        Assert.Equal(HttpStatusCode.Conflict, await PostAsync("resume", new ChangeConnector("erp", null, "anna")));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "shipped", "it is shipped");
        Assert.Equal(1, (await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp))["web/1"]);
    }

    [Fact]
    public async Task Preview_OfAnOrder_ShowsWhatWouldBeSentAndSendsNothing()
    {
        await PostAsync("pause", new ChangeConnector("erp", null, "anna"));
        await _bench.ReceiveAsync(_bench.Order("web/1"));
        await _bench.UntilAsync(async () => await _bench.StateAsync("web/1") == "received", "it is received");

        var preview = await _bench.GetAsync<ConnectorPreview>("/api/connectors/erp/preview?order=web/1");

        var request = Assert.Single(preview.Requests);
        Assert.Equal(("BookOrder", "POST"), (preview.Command, request.Method));
        Assert.Contains("web/1", request.Body, StringComparison.Ordinal);
        Assert.Contains("Authorization: ***", request.Headers);
        Assert.DoesNotContain(TownTokens.Erp, $"{request.Body} {request.Url} {string.Join(' ', request.Headers)}", StringComparison.Ordinal);
        Assert.Empty(await _bench.CountAsync(_bench.Addresses.Erp, "/sales", TownTokens.Erp));
        using var none = await _bench.SendAsync(HttpMethod.Get, "/api/connectors/erp/preview?order=web/2");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Check_GoodOrWithoutItsSecretOrVendor_SaysWhat()
    {
        var good = await _bench.GetAsync<ConnectorCheckView>("/api/connectors/erp/check");
        Assert.True(good.Good, string.Join(' ', good.Parts));
        Assert.Contains(good.Parts, part => part is { What: "sales", State: "good" });
        Assert.Contains(good.Parts, part => part is { State: "not checked" });

        await _bench.TakeAsync(_bench.Document().Replace("/town-erp\"", "/gone\"", StringComparison.Ordinal));
        var secret = await _bench.GetAsync<ConnectorCheckView>("/api/connectors/erp/check");
        Assert.False(secret.Good);
        Assert.Contains(secret.Parts, part => part is { What: "Token", State: "wrong" });

        await _bench.TakeAsync(_bench.Document().Replace($"\"{_bench.Addresses.Erp}\"", "\"http://127.0.0.1:1/\"", StringComparison.Ordinal));
        var address = await _bench.GetAsync<ConnectorCheckView>("/api/connectors/erp/check");
        Assert.False(address.Good);
        Assert.All(
            address.Parts.Where(part => part.State == "wrong"), part => Assert.Contains("Address, http://127.0.0.1:1/", part.Said, StringComparison.Ordinal));
    }

    public ValueTask InitializeAsync() => _bench.InitializeAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task<HttpStatusCode> PostAsync(string verb, ChangeConnector request)
    {
        using var response = await _bench.SendAsync(HttpMethod.Post, $"/api/connectors/{verb}", JsonContent.Create(request));
        return response.StatusCode;
    }
}
