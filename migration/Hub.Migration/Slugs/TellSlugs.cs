using System.Globalization;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;

namespace Hub.Migration.Slugs;

/// <summary><c>GET /api/slugs/{table}</c>: a slug table whole, what changed in it since a position, or 204.</summary>
internal static class TellSlugs
{
    private const int FlushAt = 64 * 1024;

    public static async Task<IResult> HandleAsync(string table, string? since, HttpContext http, MigrationPlane plane)
    {
        var models = plane.Standing.Slugs;
        if (models.FirstOrDefault(model => model.Name.Equals(table, StringComparison.OrdinalIgnoreCase)) is not { } found)
        {
            return TypedResults.Problem(
                title: $"There is no slug table {table}",
                detail: $"Hub.Slugs has {(models.IsEmpty ? "none" : string.Join(", ", models.Select(model => model.Name)))}.",
                statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            return File.Exists(found.Sqlite)
                ? await TellAsync(found, since, http)
                : NotYet($"There is no {found.Sqlite} yet; the service that owns it makes it when it starts.");
        }
        catch (SqliteException e) when (!http.Response.HasStarted)
        {
            return NotYet($"{found.Sqlite} can't be read: {e.Message}.");
        }
    }

    private static async Task<IResult> TellAsync(SlugModel model, string? since, HttpContext http)
    {
        using var connection = new SqliteFile(model.Sqlite).Open();
        var store = new SlugStore(connection, model);
        var epoch = store.TakeEpoch();

        // One reading for position and rows.
        using var transaction = connection.BeginTransaction(deferred: true);
        var head = store.Head();
        var asked = since?.Split('.') is [var ofEpoch, var number] && ofEpoch == epoch
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? sequence
                : (long?)null;
        if (asked == head)
        {
            return TypedResults.NoContent();
        }

        var changed = asked is { } from ? store.ChangedSince(from, head) : null;
        http.Response.ContentType = "application/jsonl";
        var output = http.Response.BodyWriter;
        using var json = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(json, new SlugHeader(string.Create(CultureInfo.InvariantCulture, $"{epoch}.{head}"), changed is null), JsonSerializerOptions.Web);
        var lines = 0L;
        foreach (var slug in changed ?? [])
        {
            await LineAsync([slug]);
        }

        foreach (var row in store.Rows(changed is null ? null : asked))
        {
            await LineAsync([row.Slug, row.Kind, row.Id, row.Store, row.Language]);
        }

        NewLine();
        json.WriteNumberValue(lines);
        NewLine();
        await output.FlushAsync(http.RequestAborted);
        return TypedResults.Empty;

        async ValueTask LineAsync(string?[] values)
        {
            lines++;
            NewLine();
            json.WriteStartArray();
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
            if (output.UnflushedBytes + json.BytesPending > FlushAt)
            {
                json.Flush();
                await output.FlushAsync(http.RequestAborted);
            }
        }

        void NewLine()
        {
            json.Flush();
            json.Reset();
            output.GetSpan(1)[0] = (byte)'\n';
            output.Advance(1);
        }
    }

    private static ProblemHttpResult NotYet(string why) => TypedResults.Problem(
        title: "The slug table can't be read now", detail: why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
