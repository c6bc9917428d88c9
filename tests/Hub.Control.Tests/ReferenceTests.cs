using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

/// <summary><c>hub xref</c> and the page's form: control says who may and keeps who did, the adapters plane does it.</summary>
public sealed class ReferenceTests
{
    private const string Scripts = "<img src=x onerror=alert(1)>";

    [Fact]
    public async Task Write_Taken_ReachesThePlaneAndLeavesARowForEach()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Of("control"));
        var taken = new ConcurrentQueue<object>();
        await using var plane = await StartPlaneAsync(control, folder, taken);

        await control.Api.SetReferenceAsync(new ChangeReference("erp", "taxes", "DE 19%", "VAT19", "new rate", By: "somebody else"), Cancel);
        await control.Api.SetReferenceAsync(new ChangeReference("erp", "items", Scripts, "\"'`"), Cancel);
        await control.Api.RemoveReferenceAsync(new ChangeReference("erp", "taxes", "DE 19%", Reason: "old rate"), Cancel);
        await control.Api.ImportReferencesAsync(new ImportReferences("erp", "\uFEFFtable,key,value\r\n", Replace: true), Cancel);

        Assert.Equal(
            [
                new ChangeReference("erp", "taxes", "DE 19%", "VAT19", "new rate", "admin"), new ChangeReference("erp", "items", Scripts, "\"'`", By: "admin"),
                new ChangeReference("erp", "taxes", "DE 19%", Reason: "old rate", By: "admin"), new ImportReferences("erp", "\uFEFFtable,key,value\r\n", true, By: "admin"),
            ], taken);
        Assert.Equal(
            [
                ("xref import", "erp", null, "18 characters of CSV, in place of all rows"), ("xref remove", "erp taxes DE 19%", "old rate", "removed"),
                ("xref set", $"erp items {Scripts}", null, "\"'`"), ("xref set", "erp taxes DE 19%", "new rate", "VAT19"),
            ], await AuditAsync(control));
    }

    [Fact]
    public async Task Write_RefusedByThePlaneOrUnreadable_LeavesNoRow()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Of("control"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(control.Http, "set", """{ "connector": "erp", "table": "taxes", "key": "a", "value": "b" }"""));
        var taken = new ConcurrentQueue<object>();
        await using var plane = await StartPlaneAsync(control, folder, taken);

        using var refused = await control.Http.PostAsJsonAsync("/api/xref/set", new ChangeReference("nobody", "taxes", "a", "b"), Cancel);

        Assert.Equal((HttpStatusCode.NotFound, "There is no connector", "The config has: erp."), await ProblemAsync(refused));
        foreach (var body in new[] { "", "{}", "null", "[]", "garbage", """{ "connector": "erp" }""", """{ "connector": "erp", "csv": null }""" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(control.Http, "set", body));
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(control.Http, "remove", body));
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(control.Http, "import", body));
        }

        Assert.Empty(taken);
        Assert.Empty(await AuditAsync(control));
    }

    [Fact]
    public async Task Rows_Viewer_ReadsThemAndChangesNothing()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Of("control"));
        var taken = new ConcurrentQueue<object>();
        await using var plane = await StartPlaneAsync(control, folder, taken);
        using var viewer = control.As((await control.Api.CreateTokenAsync(new CreateToken("vera", "viewer"), Cancel)).Token);

        foreach (var verb in new[] { "set", "remove", "import" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(viewer, verb, """{ "connector": "erp", "table": "taxes", "key": "a", "value": "b", "csv": "" }"""));
        }

        Assert.Equal(Scripts, Assert.Single((await viewer.GetFromJsonAsync<ReferenceView[]>("/api/xref/erp", Cancel))!).Key);
        Assert.Equal(["DE 7%"], Assert.Single((await viewer.GetFromJsonAsync<ReferenceTableView[]>("/api/xref", Cancel))!).Missing);
        using var csv = await viewer.GetAsync("/api/xref/erp/csv?table=taxes", Cancel);
        Assert.Equal(("text/csv", "nosniff"), (csv.Content.Headers.ContentType?.MediaType, csv.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal("table,key,value\r\n", await csv.Content.ReadAsStringAsync(Cancel));
        Assert.Empty(taken);
    }

    [Fact]
    public async Task Form_OfThePage_ChangesByItsSessionAndHeaderOnly()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Of("control"));
        var taken = new ConcurrentQueue<object>();
        await using var plane = await StartPlaneAsync(control, folder, taken);
        using var browser = new HttpClient { BaseAddress = control.Address };
        const string Row = """{ "connector": "erp", "table": "taxes", "key": "a", "value": "b", "reason": null }""";
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(browser, "set", Row));
        using var login = await browser.PostAsJsonAsync("/api/session", new { token = control.AdminToken }, Cancel);

        // What a form of another site could send: no header of the page's, or no JSON.
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(browser, "set", Row));
        browser.DefaultRequestHeaders.Add("Hub-Page", "1");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync(browser, "set", Row, "text/plain"));
        Assert.Empty(taken);

        Assert.Equal(HttpStatusCode.OK, await PostAsync(browser, "set", Row));
        Assert.Equal(new ChangeReference("erp", "taxes", "a", "b", By: "admin"), Assert.Single(taken));
        Assert.Equal([("xref set", "erp taxes a", null, "b")], await AuditAsync(control));
    }

    private static Task<TestPlane> StartPlaneAsync(TestControl control, TestFolder folder, ConcurrentQueue<object> taken) => ConnectedAsync(TestPlane.StartAsync(
        control, "adapters-1", folder.Of("adapters-1"), "adapters", app =>
        {
            app.MapGet("/api/xref", () => new[] { new ReferenceTableView("erp", "taxes", 1, 2) { Missing = ["DE 7%"] } });
            app.MapGet("/api/xref/erp", () => new[] { new ReferenceView("items", Scripts, "1") });
            app.MapGet("/api/xref/erp/csv", (string table) => Results.Text(table == "taxes" ? "table,key,value\r\n" : "", "text/csv", Encoding.UTF8));
            app.MapPost("/api/xref/set", (ChangeReference request) => Take(request.Connector, request));
            app.MapPost("/api/xref/remove", (ChangeReference request) => Take(request.Connector, request));
            app.MapPost("/api/xref/import", (ImportReferences request) => Take(request.Connector, request));

            IResult Take(string connector, object request)
            {
                if (connector != "erp")
                {
                    return Results.Problem(title: "There is no connector", detail: "The config has: erp.", statusCode: StatusCodes.Status404NotFound);
                }

                taken.Enqueue(request);
                return TypedResults.Ok(new ReferenceAnswer(1, []));
            }
        }));

    private static async Task<TestPlane> ConnectedAsync(Task<TestPlane> starting)
    {
        var plane = await starting;
        await plane.ConnectedAsync();
        return plane;
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string verb, string body, string type = "application/json")
    {
        using var response = await http.PostAsync($"/api/xref/{verb}", new StringContent(body, Encoding.UTF8, type), Cancel);
        return response.StatusCode;
    }

    private static async Task<IEnumerable<(string Action, string Subject, string? Reason, string? After)>> AuditAsync(TestControl control) =>
        (await control.Api.GetAuditAsync(100, Cancel)).Where(row => row.Action.StartsWith("xref ", StringComparison.Ordinal))
        .Select(row => (row.Action, row.Subject, row.Reason, row.After));
}
