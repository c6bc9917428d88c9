using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace Hub.Town.Services;

/// <summary>What the services' answers have in common.</summary>
internal static class Answers
{
    /// <summary>The one row that was asked for, or 404.</summary>
    public static Results<Ok<T>, NotFound> OneOrNone<T>(List<T> rows) =>
        rows.Count > 0 ? TypedResults.Ok(rows[0]) : TypedResults.NotFound();

    /// <summary>An amount, whether the column holds it as text, integer or real.</summary>
    public static decimal Amount(this SqliteDataReader row, int column) =>
        Convert.ToDecimal(row.GetValue(column), CultureInfo.InvariantCulture);

    /// <summary>Ids as a query gives them, <c>ids=1,2,3</c>, as the JSON array that <c>json_each</c> takes.</summary>
    public static string IdList(string ids) =>
        "[" + string.Join(',', ids.Split(',').Where(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))) + "]";

    /// <summary>A service that answers at all is ready: it makes its store before it listens.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live"));
        app.MapGet("/health/ready", () => TypedResults.Text("ready"));
    }
}
