using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Gateway.Discovering;

/// <summary>
/// Counts requests by normalised path, in bounded memory whatever comes by: numbers and GUIDs become <c>{id}</c>, names of
/// which there are many <c>{slug}</c>.
/// </summary>
/// <remarks>
/// It holds 20,000 segments and kinds at most, about 25 MB: where there are more, the least asked names of the place with the
/// most of them become one. Not for several threads.
/// </remarks>
public sealed class TrafficSketch(DateTimeOffset since, string plane = "")
{
    private const int MostNodes = 20_000;
    private const int MostChildren = 1_000;
    private const int MostKinds = 300;
    private const int MostForms = 2_000;
    private const int Deepest = 8;

    private readonly PathNode _root = new();
    private readonly Dictionary<(string Page, string Target), long> _forms = [];
    private int _nodes = 1;
    private long _requests;

    public void See(in Sighting seen)
    {
        _requests++;
        if (_nodes > MostNodes - (2 * Deepest))
        {
            // Before the way down: what is made one then is no longer where it was.
            Shrink();
        }

        // What is refused teaches nothing: scanners post to whatever they can think of.
        var (node, isUnsafe) = (_root, seen.Status < 400 && seen.Method is not ("GET" or "HEAD" or "OPTIONS"));
        Pass(node);
        foreach (var name in PathShape.Segments(seen.Path, Deepest))
        {
            if (!node.Children.TryGetValue(name, out var child))
            {
                if (node.Children.Count >= MostChildren)
                {
                    MakeRoom(node);
                }

                node.Children.Add(name, child = new PathNode());
                _nodes++;
            }

            node = child;
            Pass(node);
        }

        var choice = PathWords.Choice(seen.Query);
        if (!node.Tallies.TryGetValue(choice, out var tally)
            && !node.Tallies.TryGetValue(choice = node.Tallies.Count < MostKinds ? choice : "", out tally))
        {
            node.Tallies.Add(choice, tally = new RouteTally());
            _nodes++;
        }

        tally.See(in seen, PathWords.Asks(seen.Query));
        if (isUnsafe && seen.Referer is { } page && (_forms.Count < MostForms || _forms.ContainsKey((page, seen.Path))) && page.Length + seen.Path.Length < 1_000)
        {
            _forms[(page, seen.Path)] = _forms.GetValueOrDefault((page, seen.Path)) + 1;
        }

        void Pass(PathNode passed)
        {
            passed.Requests++;
            passed.Unsafe |= isUnsafe;
        }
    }

    /// <summary>What was counted so far.</summary>
    public TrafficView View()
    {
        var routes = PathShape.Of(_root).OrderByDescending(route => route.Requests).ToImmutableArray();
        var shapes = routes.Select(route => route.Path).Distinct().Select(shape => (shape, PathShape.Split(shape))).ToList();
        var forms = _forms
            .GroupBy(form => (Page: PathShape.Match(form.Key.Page, shapes), Target: PathShape.Match(form.Key.Target, shapes)))
            .Where(form => form.Key is { Page: not null, Target: not null })
            .Select(form => new TrafficForm(form.Key.Page!, form.Key.Target!, form.Sum(one => one.Value)))
            .OrderByDescending(form => form.Times).ToImmutableArray();
        return new TrafficView(plane, since, _requests, routes, forms);
    }

    // The widest places first, until a quarter is free.
    private void Shrink()
    {
        for (var before = int.MaxValue; _nodes > MostNodes * 3 / 4 && _nodes < before;)
        {
            before = _nodes;
            var (widest, waiting) = (_root, new Stack<PathNode>([_root]));
            while (waiting.TryPop(out var node))
            {
                widest = Width(node) > Width(widest) ? node : widest;
                foreach (var child in node.Children.Values)
                {
                    waiting.Push(child);
                }
            }

            if (widest.Tallies.Count > widest.Children.Count)
            {
                var sum = new RouteTally();
                foreach (var tally in widest.Tallies.Values)
                {
                    sum.Take(tally);
                }

                _nodes -= widest.Tallies.Count - 1;
                widest.Tallies.Clear();
                widest.Tallies.Add("", sum);
            }
            else
            {
                MakeRoom(widest);
            }
        }
    }

    // The least asked half become one; names that something was posted to are kept as long as there are others.
    private void MakeRoom(PathNode node)
    {
        var slug = node.Children.GetValueOrDefault(PathShape.Slug);
        var least = node.Children.Where(child => child.Value != slug && child.Key != PathShape.Id)
            .OrderBy(child => child.Value.Unsafe).ThenBy(child => child.Value.Requests).Take(Math.Max(1, node.Children.Count / 2)).ToList();
        if (slug is null)
        {
            node.Children.Add(PathShape.Slug, slug = new PathNode());
            _nodes++;
        }

        foreach (var (name, child) in least)
        {
            node.Children.Remove(name);
            _nodes -= slug.Take(child);
        }
    }

    private static int Width(PathNode node) => Math.Max(node.Children.Count, node.Tallies.Count);
}
