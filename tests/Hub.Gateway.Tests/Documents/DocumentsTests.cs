using System.Net;
using Hub.Gateway.Documents;
using Hub.Gateway.Tests.Hosting;
using Hub.Placement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hub.Gateway.Tests.Documents;

public sealed class DocumentsTests
{
    [Theory]
    [InlineData("\"ClusterId\": \"legacy\", \"Match\": { \"Path\": \"/cart\"", "\"ClusterId\": \"legacy\", \"Match\": { \"Path\": \"/cart{\"", "ReverseProxy.Routes.cart")]
    [InlineData("\"New\": \"storefront\", \"Cohorts\"", "\"New\": \"nowhere\", \"Cohorts\"", "nowhere")]
    [InlineData("\"Reads\": [ \"products\" ], \"Shows\"", "\"Raeds\": [ \"products\" ], \"Shows\"", "Raeds")]
    [InlineData("\"Destinations\": { \"one\": { \"Address\": ", "\"LoadBalancingPolicy\": \"Coin\", \"Destinations\": { \"one\": { \"Address\": ", "Coin")]
    [InlineData("\"Match\": { \"Path\": \"/search\" }", "\"Order\": \"soon\", \"Match\": { \"Path\": \"/search\" }", "soon")]
    [InlineData("\"Hub\": {", "\"Hub\": [", "JSON")]
    public async Task BadDocument_IsToldAndTheLastGoodOneGoesOn(string good, string bad, string named)
    {
        await using var shop = await Shop.StartAsync();
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");
        Assert.Contains(good, shop.Document, StringComparison.Ordinal);

        var problems = await shop.Gateway.TakeAsync(2, shop.Document.Replace(good, bad, StringComparison.Ordinal), Shop.All(0));
        var response = await shopper.GetAsync("/");

        Assert.Contains(problems, problem => problem.Contains(named, StringComparison.Ordinal));
        Assert.Equal((Side.New, 1L), (shop.Gateway.Explain(response).Side, shop.Gateway.Explain(response).Revision.Number));
    }

    [Fact]
    public async Task ChangedDocument_ServesItsNewRoutesWhenTaken()
    {
        await using var shop = await Shop.StartAsync();
        await using var third = await Upstream.StartAsync("third");
        using var shopper = shop.Gateway.Shopper();
        await shopper.GetAsync("/");

        Assert.Empty(await shop.Gateway.TakeAsync(2, Shop.DocumentOf(shop.Legacy.Url, third.Url), Shop.All(10_000)));
        var response = await shopper.GetAsync("/");

        Assert.Equal("third", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Gateway_BeforeItsFirstRevision_SaysThatItWaits()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var shopper = gateway.Shopper();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await shopper.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Gateway_BeforeAnythingWasApplied_TellsNoCrawlerThatPagesAreGone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var nothing = TestGateway.Revision(1, "") with { DocumentHash = "", Document = null };
        Assert.Empty(await gateway.Services.GetRequiredService<RevisionTaker>().TakeAsync(nothing, TestContext.Current.CancellationToken));
        using var shopper = gateway.Shopper();

        var response = await shopper.GetAsync("/");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (response.StatusCode, response.Headers.RetryAfter is not null));
    }

    [Fact]
    public async Task AdoptedApplication_WithoutControl_ServesItsFileAloneAndFollowsItsChanges()
    {
        await using var legacy = await Upstream.StartAsync("legacy");
        await using var storefront = await Upstream.StartAsync("new");
        var folder = Directory.CreateTempSubdirectory("hub-adopted-").FullName;
        var file = Path.Combine(folder, "shop.json");
        await File.WriteAllTextAsync(file, Shop.DocumentOf(legacy.Url, storefront.Url), TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddJsonFile(file, optional: false, reloadOnChange: false);
        builder.Configuration["Hub:Control:Folder"] = folder;
        builder.Services.AddHubGateway(builder.Configuration);
        await using var app = builder.Build();
        app.UseHubGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var shopper = new Shopper(new Uri(app.Urls.Single()));
        await shopper.GetAsync("/");

        var all = await shopper.GetAsync("/");
        var staff = await shopper.GetAsync("/", ("X-Staff", "1"));
        ((IConfigurationRoot)builder.Configuration)["Hub:Groups:catalog:Cohorts:staff"] = "Legacy";
        ((IConfigurationRoot)builder.Configuration).Reload();
        var state = app.Services.GetRequiredService<GatewayState>();
        await TestWait.UntilAsync(() => state.Model!.Revision.Id.Number > 1);

        Assert.Equal("legacy", await all.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("new", await staff.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
