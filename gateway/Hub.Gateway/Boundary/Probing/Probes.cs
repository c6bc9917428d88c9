using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hub.Gateway.Boundary.Probing;

/// <summary>
/// The probes that this plane answers now: <see cref="Probe.MostOpen"/> at most, each for <see cref="Probe.Lifetime"/> and
/// <see cref="Probe.MostAnswers"/> requests. A request costs one read of a field while there is none.
/// </summary>
internal sealed class Probes(TimeProvider time)
{
    // Longer than any token that control draws; no more is hashed.
    private const int LongestToken = 64;

    private readonly Lock _lock = new();
    private volatile Known[]? _known;

    /// <summary>Read at each request: nobody probes, the usual case.</summary>
    public bool Any => _known is not null;

    /// <returns>False where too many are open.</returns>
    public bool Open(byte[] hash)
    {
        lock (_lock)
        {
            var open = StillOpen();
            if (open.Length >= Probe.MostOpen)
            {
                return false;
            }

            _known = [.. open, new Known(hash, time.GetUtcNow() + Probe.Lifetime)];
            return true;
        }
    }

    /// <summary>Whether the request is a probe that is to be answered; anything else is the shop's.</summary>
    public bool Knows(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path.Value != Probe.Path
            || context.Features.Get<PrivateListener>() is not null
            || context.Request.Headers[Probe.Header] is not [{ Length: > 0 and <= LongestToken } token])
        {
            return false;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var now = time.GetUtcNow();
        Known? found = null;
        foreach (var known in _known ?? [])
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash) && now < known.EndsAt)
            {
                found = known;
            }
        }

        if (found is null)
        {
            Forget();
        }

        return found is not null && Interlocked.Increment(ref found.Answers) <= Probe.MostAnswers;
    }

    private void Forget()
    {
        lock (_lock)
        {
            _known = StillOpen() is { Length: > 0 } open ? open : null;
        }
    }

    private Known[] StillOpen()
    {
        var now = time.GetUtcNow();
        return [.. (_known ?? []).Where(known => now < known.EndsAt)];
    }

    private sealed class Known(byte[] hash, DateTimeOffset endsAt)
    {
        public int Answers;

        public byte[] Hash => hash;

        public DateTimeOffset EndsAt => endsAt;
    }
}
