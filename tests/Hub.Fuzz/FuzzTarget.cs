using System.Text;

namespace Hub.Fuzz;

/// <summary>
/// Something that takes hostile input. It must come back within <see cref="Fuzzer.Patience"/> and throw nothing, whatever
/// the bytes are; what must hold of its result it checks itself, by throwing (<c>Assert</c> does).
/// </summary>
/// <param name="Name">For <c>--target</c> and messages.</param>
/// <param name="Take">Takes one input.</param>
/// <param name="Seeds">Inputs to begin from: the usual ones, and those that were wrong once. Kept short, they also lend their pieces to others.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Take, params IReadOnlyList<byte[]> Seeds)
{
    public FuzzTarget(string name, Action<string> take, params IReadOnlyList<string> seeds)
        : this(name, bytes => take(Encoding.Latin1.GetString(bytes)), [.. seeds.Select(Encoding.Latin1.GetBytes)])
    {
    }

    public override string ToString() => Name;
}
