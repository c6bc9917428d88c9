using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Tryton;

/// <summary>Runs the steps of a use case, each a call, and makes one outcome of how they ended.</summary>
internal sealed class TrytonCalls(ITrytonApi api, VendorCalls calls, TimeProvider time)
{
    /// <summary>How long what the user may see, his company and his language, is believed.</summary>
    private static readonly TimeSpan ContextLife = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Model, string Field, string Value), int> _ids = new();
    private volatile Tuple<JsonElement, DateTimeOffset>? _context;

    public async Task<CallOutcome<T>> RunAsync<T>(Func<TrytonTalk, Task<T>> steps, CancellationToken cancellationToken)
    {
        var talk = new TrytonTalk(this, cancellationToken);
        try
        {
            return new CallOutcome<T>.Done(await steps(talk));
        }
        catch (MissingReferenceException e)
        {
            return new CallOutcome<T>.Refused(e.Message) { Missing = e.Missing };
        }
        catch (TrytonStopException e) when (e.Kind == TrytonStop.Refused)
        {
            return new CallOutcome<T>.Refused(e.Message);
        }
        catch (TrytonStopException e)
        {
            // What only read surely did nothing, however it ended; what had an effect before it stopped is done in part.
            return talk.HadEffect ? new CallOutcome<T>.Unknown(e.Message) : new CallOutcome<T>.NotDone(e.Message, e.After);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            var said = $"Tryton answered with something that can't be read: {e.Message}";
            return talk.HadEffect ? new CallOutcome<T>.Unknown(said) : new CallOutcome<T>.NotDone(said);
        }
    }

    /// <summary>One call.</summary>
    /// <exception cref="TrytonStopException">It has no result.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken) =>
        await calls.CallAsync(cancel => api.PostAsync(TrytonJson.Call(method, parameters), cancel), cancellationToken) switch
        {
            CallOutcome<JsonElement>.Done { Value: { ValueKind: JsonValueKind.Object } answer } => TrytonError.Result(answer),
            CallOutcome<JsonElement>.Refused refused => throw new TrytonStopException(TrytonStop.Refused, refused.Reason),
            CallOutcome<JsonElement>.NotDone notDone => throw new TrytonStopException(TrytonStop.NotDone, notDone.Reason, notDone.After),
            CallOutcome<JsonElement>.Unknown unknown => throw new TrytonStopException(TrytonStop.Unknown, unknown.Reason),
            _ => throw new TrytonStopException(TrytonStop.Unknown, "Tryton answered with something that is no answer."),
        };

    /// <summary>The user's context, which ends each call: his company, his language.</summary>
    public async Task<JsonElement> ContextAsync(CancellationToken cancellationToken)
    {
        if (_context is { } kept && time.GetUtcNow() < kept.Item2)
        {
            return kept.Item1;
        }

        var context = (await CallAsync("model.res.user.get_preferences", [true, new JsonObject()], cancellationToken)).Clone();
        _context = Tuple.Create(context, time.GetUtcNow() + ContextLife);
        return context;
    }

    public bool TryGetId(string model, string field, string value, out int id) => _ids.TryGetValue((model, field, value), out id);

    public void KeepId(string model, string field, string value, int id) => _ids[(model, field, value)] = id;
}
