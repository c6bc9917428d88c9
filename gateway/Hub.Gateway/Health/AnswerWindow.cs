namespace Hub.Gateway.Health;

/// <summary>What a destination answered lately, in ten parts of the window.</summary>
internal sealed class AnswerWindow
{
    private const int Parts = 10;

    private readonly Lock _lock = new();
    private readonly (long Part, int Good, int Bad)[] _parts = new (long, int, int)[Parts];

    /// <summary>Counts an answer.</summary>
    /// <param name="at">When it came, from any fixed moment.</param>
    /// <returns>True where so many of so many failed; the window then begins anew.</returns>
    public bool Count(bool good, TimeSpan at, in PassiveHealthOptions options)
    {
        var part = at.Ticks / Math.Max(1, options.Window.Ticks / Parts);
        lock (_lock)
        {
            ref var own = ref _parts[part % Parts];
            own = own.Part != part ? (part, 0, 0) : own;
            own = good ? own with { Good = own.Good + 1 } : own with { Bad = own.Bad + 1 };
            if (good)
            {
                return false;
            }

            var (all, bad) = (0L, 0L);
            foreach (var (number, goods, bads) in _parts)
            {
                if (part - number < Parts)
                {
                    all += goods + bads;
                    bad += bads;
                }
            }

            if (all < options.Samples || bad < options.FailureRate * all)
            {
                return false;
            }

            Array.Clear(_parts);
            return true;
        }
    }
}
