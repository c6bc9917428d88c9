using Hub.Gateway.Discovering;

namespace Hub.Fuzz.Gateway;

/// <summary>Addresses, as <c>hub discover</c> counts them.</summary>
internal static class TrafficTargets
{
    /// <summary>Whatever the address is, the request is counted, once.</summary>
    public static FuzzTarget Sketch { get; } = new(
        "traffic-sketch",
        target =>
        {
            var sketch = new TrafficSketch(DateTimeOffset.UnixEpoch);
            var mark = target.IndexOf('?', StringComparison.Ordinal);
            var (path, query) = mark < 0 ? (target, "") : (target[..mark], target[(mark + 1)..]);
            sketch.See(new Sighting("GET", path, query, 200, target, null, false));
            sketch.See(new Sighting("POST", path, query, 303, null, path, false));

            Assert.Equal(2, sketch.View().Routes.Sum(route => route.Requests));
        },
        "/desk-lamp?utm_source=a", "/index.php?route=product/product&product_id=7", "/a/{b}/*/%zz/../17/6f9619ff-8b86-d011-b42d-00c04fc964ff", "//", "", "/a.css/b.css?&=&route=%");
}
