using System.Reflection;
using MLPipeline.Export.Converters;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>
/// A tensor in place of a convolution's result: of its shape and type, its elements not worked out. Nothing that can be exported looks at the
/// elements of what depends on the input, so a trace of large images need not compute them, which is most of its time.
/// </summary>
internal static class ConvolutionStandIn
{
    private static readonly HashSet<string> Names = ["functional.conv1d", "functional.conv2d", "functional.conv3d"];

    /// <summary>Whether a method is one whose result may be stood in for.</summary>
    public static bool Exists(MethodBase method) => Names.Contains(ConverterRegistry.NameOf(method)) && method is MethodInfo { ReturnType: var type } && type == typeof(Tensor);

    /// <summary>The tensor; null when the real one is needed: the input has no batch axis, lies on a device, or an argument is of another form.</summary>
    /// <param name="method">The convolution.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="fill">What the tensor holds: another number in every call, so that a copy of it that got out of sight is not taken for a constant.</param>
    public static Tensor? Of(MethodBase method, object?[] arguments, double fill)
    {
        var given = method.GetParameters().ToDictionary(p => p.Name!, p => arguments[p.Position]);
        if (given["input"] is not Tensor { device_type: DeviceType.CPU } input || given["weight"] is not Tensor weight) return null;
        if (input.Dimensions != weight.Dimensions || !input.is_floating_point() || input.dtype != weight.dtype) return null;
        var spatial = (int)input.Dimensions - 2;
        var stride = given.TryGetValue("strides", out var several) ? several : given["stride"];
        var (strides, padding, dilation) = (PerAxis(stride, spatial, 1), PerAxis(given["padding"], spatial, 0), PerAxis(given["dilation"], spatial, 1));
        // The real call has its own words for channels that do not fit.
        if (strides is null || padding is null || dilation is null || given["groups"] is not long groups || input.shape[1] != weight.shape[1] * groups) return null;
        var lengths = Enumerable.Range(0, spatial).Select(i => (input.shape[i + 2] + 2 * padding[i] - dilation[i] * (weight.shape[i + 2] - 1) - 1) / strides[i] + 1).ToList();
        return lengths.All(l => l > 0) ? full([input.shape[0], weight.shape[0], .. lengths], fill, dtype: input.dtype) : null;
    }

    private static long[]? PerAxis(object? given, int spatial, long fallback) => given switch
    {
        null => [.. Enumerable.Repeat(fallback, spatial)],
        long one => [.. Enumerable.Repeat(one, spatial)],
        long[] { Length: 1 } one => [.. Enumerable.Repeat(one[0], spatial)],
        long[] all when all.Length == spatial => all,
        _ => null,
    };
}
