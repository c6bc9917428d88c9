using System.IO.Compression;
using System.Text;
using Hub.Control.Protocol;
using Hub.Gateway.Mirroring.Comparing;
using Hub.Gateway.Mirroring.Crawling;
using Hub.Gateway.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Gateway.Tests.Mirroring;

[Trait("Rule", "19")]
public sealed class CrawlTests
{
    [Fact]
    public async Task Crawl_OfASitemap_ComparesTheGroupsPagesAsSearchEnginesSeeThem()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        var web = shop.Gateway.Url.ToString().TrimEnd('/');
        shop.Legacy.Answer = context => context.Request.Path.Value switch
        {
            "/sitemap.xml" => XmlAsync(context, $"<sitemapindex><sitemap><loc>{web}/pages.xml.gz</loc></sitemap><sitemap><loc>http://elsewhere.test/more.xml</loc></sitemap></sitemapindex>"),
            "/pages.xml.gz" => GzipAsync(context, $"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{web}/</loc></url><url><loc>{web}/search?q=a&amp;b</loc></url><url><loc>{web}/account</loc></url><url><loc>http://elsewhere.test/</loc></url></urlset>"),
            _ => PageAsync(context, "/a", "noise of legacy"),
        };
        shop.New.Answer = context => PageAsync(context, context.Request.Path == "/search" ? "/b" : "/a", "noise of New");
        var crawl = shop.Gateway.Services.GetRequiredService<Crawl>();

        Assert.NotNull(crawl.Start("catalog", new CrawlGroup(new Uri($"{web}/sitemap.xml"), PerSecond: 100)));
        Assert.Null(crawl.Start("catalog", new CrawlGroup(new Uri($"{web}/sitemap.xml"))));
        await TestWait.UntilAsync(() => crawl.Of("catalog")!.EndedAt is not null);

        var view = crawl.Of("catalog")!;
        Assert.Null(view.Problem);
        Assert.Equal((2, 1, 2), (view.Pages, view.Agreed, view.Outside));
        Assert.Equal("/search?q=a&b canonical: expected /a, actual /b", Assert.Single(view.Mismatches));
        var asked = shop.New.Requests.First(request => request.Target.StartsWith("/search", StringComparison.Ordinal));
        Assert.Equal(("/search?q=a&b", Crawl.Agent, shop.Gateway.Url.Authority, null), (asked.Target, asked.Header("User-Agent"), asked.Header("Host"), asked.Header("Cookie")));
    }

    [Fact]
    public async Task Crawl_WhoseSitemapIsNone_SaysSo()
    {
        await using var shop = await Shop.StartAsync(flipped: false);
        shop.Legacy.Answer = context => XmlAsync(context, "<!DOCTYPE a [<!ENTITY x 'y'>]><urlset>&x;</urlset>");
        var crawl = shop.Gateway.Services.GetRequiredService<Crawl>();

        crawl.Start("catalog", new CrawlGroup(new Uri(shop.Gateway.Url, "sitemap.xml")));
        await TestWait.UntilAsync(() => crawl.Of("catalog")!.EndedAt is not null);

        Assert.StartsWith("the sitemap can't be read", crawl.Of("catalog")!.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<link rel=canonical href='http://shop.test/a'>", "<link href='/a' rel='canonical'>")]
    [InlineData("<meta name=robots content='noindex, follow'>", "<meta content='follow,noindex' name=ROBOTS>")]
    [InlineData("<link rel=alternate hreflang=de href=/de><link rel=alternate hreflang=en href=/en>", "<link rel=alternate hreflang=en href=/en><link rel=alternate hreflang=DE href=/de>")]
    [InlineData("<script type='application/ld+json'>{\"a\":1.0,\"b\":2}</script>", "<script type='application/ld+json'>{ \"b\":2, \"a\":1 }</script>")]
    public void Compare_WhatSearchEnginesSeeAlike_Agrees(string one, string other) => Assert.Empty(Mismatches(one, other));

    [Theory]
    [InlineData("<link rel=canonical href='/a'>", "<link rel=canonical href='http://elsewhere.test/a'>", "canonical")]
    [InlineData("<link rel=canonical href='/a'>", "", "canonical")]
    [InlineData("", "<meta name=robots content=noindex>", "meta robots")]
    [InlineData("<link rel=alternate hreflang=de href=/de>", "<link rel=alternate hreflang=de href=/en>", "hreflang")]
    [InlineData("<title>Tea</title>", "<title>Coffee</title>", "title")]
    [InlineData("<script type='application/ld+json'>{\"a\":1}</script>", "<script type='application/ld+json'>{\"a\":2}</script>", "structured data $[*].a")]
    [InlineData("<script type='application/ld+json'>{\"a\":1}</script>", "", "structured data")]
    public void Compare_WhatSearchEnginesSeeOtherwise_IsNamed(string one, string other, string field) =>
        Assert.Equal(field, Assert.Single(Mismatches(one, other)).Field);

    private static List<Mismatch> Mismatches(string one, string other) => SearchView.Compare(Page(one), Page(other), "shop.test");

    private static Answer Page(string head) => new(200, [new("Content-Type", "text/html")], Encoding.UTF8.GetBytes($"<html><head>{head}</head><body></body></html>"), true);

    private static Task PageAsync(HttpContext context, string canonical, string noise)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync($"<head><title>Shop</title><link rel=canonical href={canonical}></head><p>{noise}</p>");
    }

    private static Task XmlAsync(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml);
    }

    private static async Task GzipAsync(HttpContext context, string xml)
    {
        await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(xml));
    }
}
