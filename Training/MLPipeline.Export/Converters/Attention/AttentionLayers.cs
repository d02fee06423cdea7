using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Attention;

/// <summary>Attention modules, which run in native code.</summary>
internal static class AttentionLayers
{
    [Converts("MultiheadAttention.forward")]
    internal static IReadOnlyList<string> MultiheadAttention(ConversionContext c)
    {
        var module = c.Module<MultiheadAttention>();
        var form = AttentionProbe.Find(
            module, 3, x => module.forward(x[0], x[1], x[1], null, false, null).Item1, (network, x) => network.MultiHead("", x[0], x[1], x[1], AttentionMasks<Tensor>.None).Output);
        var masks = Masks(c, "attn_mask", "key_padding_mask");
        var (output, weights) = Network(c, form).MultiHead("", c.Tensor("query"), c.Tensor("key"), c.Tensor("value"), masks, c.Results.Count > 1);
        return weights is null ? [output] : [output, weights];
    }

    [Converts("TransformerEncoderLayer.forward", "TransformerEncoderLayer.call")]
    internal static string EncoderLayer(ConversionContext c)
    {
        var module = c.Module<TransformerEncoderLayer>();
        var form = AttentionProbe.Find(module, 1, x => module.forward(x[0]), (network, x) => network.EncoderLayer("", x[0], AttentionMasks<Tensor>.None));
        return Network(c, form).EncoderLayer("", c.Tensor("src"), Masks(c, "src_mask", "src_key_padding_mask"));
    }

    [Converts("TransformerEncoder.forward")]
    internal static string Encoder(ConversionContext c)
    {
        var module = c.Module<TransformerEncoder>();
        var form = AttentionProbe.Find(module, 1, x => module.forward(x[0], null, null), (network, x) => network.Encoder("", x[0], AttentionMasks<Tensor>.None));
        return Network(c, form).Encoder("", c.Tensor("src"), Masks(c, "src_mask", "src_key_padding_mask"));
    }

    [Converts("TransformerDecoderLayer.forward")]
    internal static string DecoderLayer(ConversionContext c)
    {
        var module = c.Module<TransformerDecoderLayer>();
        var form = AttentionProbe.Find(
            module, 2, x => module.forward(x[0], x[1], null, null, null, null),
            (network, x) => network.DecoderLayer("", x[0], x[1], AttentionMasks<Tensor>.None, AttentionMasks<Tensor>.None));
        return Network(c, form).DecoderLayer("", c.Tensor("tgt"), c.Tensor("memory"), TargetMasks(c), MemoryMasks(c));
    }

    [Converts("TransformerDecoder.forward")]
    internal static string Decoder(ConversionContext c)
    {
        var module = c.Module<TransformerDecoder>();
        var form = AttentionProbe.Find(
            module, 2, x => module.forward(x[0], x[1], null, null, null, null),
            (network, x) => network.Decoder("", x[0], x[1], AttentionMasks<Tensor>.None, AttentionMasks<Tensor>.None));
        return Network(c, form).Decoder("", c.Tensor("tgt"), c.Tensor("memory"), TargetMasks(c), MemoryMasks(c));
    }

    [Converts("Transformer.forward", "Transformer.call")]
    internal static string Transformer(ConversionContext c)
    {
        var module = c.Module<Transformer>();
        var form = AttentionProbe.Find(module, 2, x => module.forward(x[0], x[1]), (network, x) => Whole(network, x[0], x[1], AttentionMasks<Tensor>.None, AttentionMasks<Tensor>.None, AttentionMasks<Tensor>.None));
        return Whole(Network(c, form), c.Tensor("src"), c.Tensor("tgt"), Masks(c, "src_mask", "src_key_padding_mask"), TargetMasks(c), MemoryMasks(c));
    }

    private static T Whole<T>(AttentionNetwork<T> network, T source, T target, AttentionMasks<T> sourceMasks, AttentionMasks<T> targetMasks, AttentionMasks<T> memoryMasks)
        where T : class => network.Decoder("decoder.", target, network.Encoder("encoder.", source, sourceMasks), targetMasks, memoryMasks);

    private static AttentionNetwork<string> Network(ConversionContext c, AttentionForm form)
    {
        c.RefuseTraining();
        return new AttentionNetwork<string>(new GraphAttention(c, form), c.Module<nn.Module>());
    }

    private static AttentionMasks<string> TargetMasks(ConversionContext c) => Masks(c, "tgt_mask", "tgt_key_padding_mask");

    private static AttentionMasks<string> MemoryMasks(ConversionContext c) => Masks(c, "memory_mask", "memory_key_padding_mask");

    // The first is added, whatever its type.
    private static AttentionMasks<string> Masks(ConversionContext c, string scores, string padding) => new(
        c.Has(scores) ? c.Cast(c.Tensor(scores), c.Value(scores).Type, c.ResultType) : null, c.Has(padding) ? c.Tensor(padding) : null);
}
