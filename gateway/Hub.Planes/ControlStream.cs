using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>One connection to control's stream.</summary>
internal sealed class ControlStream(HttpClient http, TimeProvider time)
{
    /// <summary>
    /// What is said, as it comes. Ends when control closes it.
    /// </summary>
    /// <exception cref="ControlRefusedException">Control answered, and refused the plane.</exception>
    /// <exception cref="HttpRequestException">Control does not answer.</exception>
    /// <exception cref="OperationCanceledException">Nothing was heard for <see cref="PlaneTimes.Silence"/>.</exception>
    public async IAsyncEnumerable<StreamWord> ReadAsync(PlaneHello hello, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A timer of the plane's own clock; each event winds it up again.
        using var silence = new CancellationTokenSource(PlaneTimes.Silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/planes")
        {
            Content = JsonContent.Create(hello, options: JsonSerializerOptions.Web),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        if (!response.IsSuccessStatusCode)
        {
            throw new ControlRefusedException((int)response.StatusCode, await response.Content.ReadAsStringAsync(either.Token));
        }

        await using var body = await response.Content.ReadAsStreamAsync(either.Token);
        var events = SseParser.Create(body, (type, data) => type switch
        {
            "revision" => new StreamWord(JsonSerializer.Deserialize<Revision>(data, JsonSerializerOptions.Web), null),
            "signals" => new StreamWord(null, JsonSerializer.Deserialize<PlaneSignals>(data, JsonSerializerOptions.Web)),
            _ => default,
        });
        await foreach (var item in events.EnumerateAsync(either.Token))
        {
            silence.CancelAfter(PlaneTimes.Silence);
            yield return item.Data;
        }
    }
}

/// <summary>One event of the stream: a revision, signals, or a ping where both are null.</summary>
internal readonly record struct StreamWord(Revision? Revision, PlaneSignals? Signals);

/// <summary>Control answered, and refused: a token that it does not know, a protocol that it does not speak any longer.</summary>
internal sealed class ControlRefusedException(int status, string body) : Exception(Words(status, body))
{
    private static string Words(int status, string body)
    {
        try
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(body);
            return $"{problem.GetProperty("title").GetString()}: {problem.GetProperty("detail").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"it answered {status}; is it a hub's control plane?";
        }
    }
}
