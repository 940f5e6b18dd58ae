//! The pack `forty` on 2026-11-20, written out. Made by `cargo run -p kaigong-benches --example generate`.

use crate::straight::{Kernel, Lines, Sum, View, YES};

/// The pack.
#[derive(Clone, Copy, Debug)]
pub struct Pack;

#[rustfmt::skip]
impl Lines for Pack {
    #[allow(unused_variables, clippy::too_many_lines, reason = "written by a program: what nobody reads is written too")]
    #[inline(always)]
    fn word<K: Kernel>(columns: View<'_, K>, word: usize, lanes: u64, sum: &mut Sum) {
        let l0 = columns.day(28, 20634, 20777, word);
        let l1 = columns.among(23, 0b10, word);
        let l2 = columns.until(13, 2999, word);
        let l3 = columns.until(2, 20777, word);
        let l4 = columns.until(14, 0, word);
        let l5 = columns.until(22, 20777, word);
        let l6 = columns.among(23, 0b100, word);
        let l7 = columns.until(29, 20777, word);
        let l8 = columns.until(14, 75, word);
        let l9 = columns.bits(31, word);
        let l10 = columns.until(8, 0, word);
        let l11 = columns.until(14, 50, word);
        let l12 = columns.until(24, 0, word);
        let l13 = columns.until(18, 0, word);
        let l14 = columns.until(8, 500, word);
        let l15 = columns.until(18, 34, word);
        let l16 = columns.day(17, 20727, 20777, word);
        let l17 = columns.until(25, 0, word);
        let l18 = columns.until(11, 499, word);
        let l19 = columns.until(16, 20777, word);
        let l20 = columns.until(9, 0, word);
        let l21 = columns.until(10, 20777, word);
        let l22 = columns.among(6, 0b111, word);
        let l23 = columns.until(9, 150, word);
        let l24 = columns.among(27, 0b101, word);
        let l25 = columns.day(5, 20758, 20777, word);
        let l26 = columns.bits(4, word);
        let l27 = columns.bits(3, word);
        let l28 = columns.bits(21, word);
        let l29 = columns.among(23, 0b1, word);
        let l30 = columns.among(27, 0b1001, word);
        let l31 = columns.until(14, 19, word);
        let l32 = columns.until(32, 20777, word);
        let l33 = columns.until(13, 9999, word);
        let l34 = columns.until(11, 99, word);
        let l35 = columns.until(14, 74, word);
        let l36 = columns.until(30, 20777, word);
        let l37 = columns.until(11, 1999, word);
        let l38 = columns.until(12, 20777, word);
        let l39 = columns.among(27, 0b1000, word);
        let l40 = columns.until(13, 49999, word);
        let l41 = columns.bits(1, word);
        let l42 = columns.among(27, 0b11010, word);
        let l43 = columns.until(15, 20777, word);
        let l44 = columns.until(33, 20777, word);
        let l45 = columns.bits(26, word);
        let l46 = columns.until(7, 20777, word);
        let l47 = columns.until(19, 20777, word);
        let l48 = columns.until(25, 1000, word);
        let l49 = columns.among(27, 0b1010, word);
        let l50 = columns.among(20, 0b11, word);
        let l51 = columns.day(0, 20772, 20777, word);
        let l52 = columns.among(20, 0b1, word);
        let l53 = columns.among(20, 0b100, word);
        // signing
        let (a29, m29, n29) = (YES, l0, YES);
        let d29 = m29 & n29;
        let (c29, s29) = (!a29 | d29, a29 & d29);
        sum.state(29, lanes, a29, n29, c29);
        // ratification
        let (a25, m25, n25) = ((l1 & !l2), l3, c29);
        let d25 = m25 & n25;
        let (c25, s25) = (!a25 | d25, a25 & d25);
        sum.state(25, lanes, a25, n25, c25);
        // precheck
        let (a22, m22, n22) = (!l4, l5, c29);
        let d22 = m22 & n22;
        let (c22, s22) = (!a22 | d22, a22 & d22);
        sum.state(22, lanes, a22, n22, c22);
        // site-opinion
        let (a31, m31, n31) = (!l6, l7, c22);
        let d31 = m31 & n31;
        let (c31, s31) = (!a31 | d31, a31 & d31);
        sum.state(31, lanes, a31, n31, c31);
        // survey
        let (a35, m35, n35) = (!l8, l9, c31);
        let d35 = m35 & n35;
        let (c35, s35) = (!a35 | d35, a35 & d35);
        sum.state(35, lanes, a35, n35, c35);
        // quota
        let (a24, m24, n24) = ((!l10 | !l11), !l12, c22);
        let d24 = m24 & n24;
        let (c24, s24) = (!a24 | d24, a24 & d24);
        sum.state(24, lanes, a24, n24, c24);
        // offset
        let (a18, m18, n18) = (!l10, !l13, c24);
        let d18 = m18 & n18;
        let (c18, s18) = (!a18 | d18, a18 & d18);
        sum.state(18, lanes, a18, n18, c18);
        // offset-large
        let (a19, m19, n19) = (!l14, !l15, c18);
        let d19 = m19 & n19;
        let (c19, s19) = (!a19 | d19, a19 & d19);
        sum.state(19, lanes, a19, n19, c19);
        // notice
        let (a17, m17, n17) = (!l10, l16, c24);
        let d17 = m17 & n17;
        let (c17, s17) = (!a17 | d17, a17 & d17);
        sum.state(17, lanes, a17, n17, c17);
        // relocation-funds
        let (a26, m26, n26) = (!l17, !l18, c17);
        let d26 = m26 & n26;
        let (c26, s26) = (!a26 | d26, a26 & d26);
        sum.state(26, lanes, a26, n26, c26);
        // land-use
        let (a16, m16, n16) = (!l4, l19, c24 & c18 & c19 & c17 & c31);
        let d16 = m16 & n16;
        let (c16, s16) = (!a16 | d16, a16 & d16);
        sum.state(16, lanes, a16, n16, c16);
        // forest
        let (a10, m10, n10) = (!l20, l21, c31);
        let d10 = m10 & n10;
        let (c10, s10) = (!a10 | d10, a10 & d10);
        sum.state(10, lanes, a10, n10, c10);
        // forest-large
        let (a11, m11, n11) = ((!l20 & l22), l23, c10);
        let d11 = m11 & n11;
        let (c11, s11) = (!a11 | d11, a11 & d11);
        sum.state(11, lanes, a11, n11, c11);
        // filing
        let (a9, m9, n9) = (l6, l3, c29);
        let d9 = m9 & n9;
        let (c9, s9) = (!a9 | d9, a9 & d9);
        sum.state(9, lanes, a9, n9, c9);
        // contract
        let (a6, m6, n6) = (l24, l25, c16);
        let d6 = m6 & n6;
        let (c6, s6) = (!a6 | d6, a6 & d6);
        sum.state(6, lanes, a6, n6, c6);
        // compensation
        let (a5, m5, n5) = (!l17, l26, c26);
        let d5 = m5 & n5;
        let (c5, s5) = (!a5 | d5, a5 & d5);
        sum.state(5, lanes, a5, n5, c5);
        // clearance
        let (a4, m4, n4) = (!l17, l27, c5);
        let d4 = m4 & n4;
        let (c4, s4) = (!a4 | d4, a4 & d4);
        sum.state(4, lanes, a4, n4, c4);
        // utilities
        let (a37, m37, n37) = (YES, l28, c4);
        let d37 = m37 & n37;
        let (c37, s37) = (!a37 | d37, a37 & d37);
        sum.state(37, lanes, a37, n37, c37);
        // site
        let (a30, m30, n30) = (YES, (l27 | (l17 & !!YES)), c4 & c37);
        let d30 = m30 & n30;
        let (c30, s30) = (!a30 | d30, a30 & d30);
        sum.state(30, lanes, a30, n30, c30);
        // approval
        let (a3, m3, n3) = (l29, l3, c29);
        let d3 = m3 & n3;
        let (c3, s3) = (!a3 | d3, a3 & d3);
        sum.state(3, lanes, a3, n3, c3);
        // set-up
        let (a28, m28, n28) = (YES, YES, c3 & c25 & c9);
        let d28 = m28 & n28;
        let (c28, s28) = (!a28 | d28, a28 & d28);
        sum.state(28, lanes, a28, n28, c28);
        // water
        let (a38, m38, n38) = ((l30 & !l31), l32, c28);
        let d38 = m38 & n38;
        let (c38, s38) = (!a38 | d38, a38 & d38);
        sum.state(38, lanes, a38, n38, c38);
        // some-funds
        let (a33, m33, n33) = (l33, !l34, c28);
        let d33 = m33 & n33;
        let (c33, s33) = (!a33 | d33, a33 & d33);
        sum.state(33, lanes, a33, n33, c33);
        // soil
        let (a32, m32, n32) = (!l35, l36, c28);
        let d32 = m32 & n32;
        let (c32, s32) = (!a32 | d32, a32 & d32);
        sum.state(32, lanes, a32, n32, c32);
        // own-funds
        let (a20, m20, n20) = (!l33, !l37, c28);
        let d20 = m20 & n20;
        let (c20, s20) = (!a20 | d20, a20 & d20);
        sum.state(20, lanes, a20, n20, c20);
        // funds
        let (a12, m12, n12) = (YES, YES, (s20 | s33));
        let d12 = m12 & n12;
        let (c12, s12) = (!a12 | d12, a12 & d12);
        sum.state(12, lanes, a12, n12, c12);
        // impact
        let (a13, m13, n13) = ((l30 | !l33), l38, c28);
        let d13 = m13 & n13;
        let (c13, s13) = (!a13 | d13, a13 & d13);
        sum.state(13, lanes, a13, n13, c13);
        // impact-large
        let (a14, m14, n14) = ((l39 & !l40), (l38 & l41), c13);
        let d14 = m14 & n14;
        let (c14, s14) = (!a14 | d14, a14 & d14);
        sum.state(14, lanes, a14, n14, c14);
        // allotment
        let (a2, m2, n2) = (l42, l43, c16);
        let d2 = m2 & n2;
        let (c2, s2) = (!a2 | d2, a2 & d2);
        sum.state(2, lanes, a2, n2, c2);
        // title
        let (a36, m36, n36) = (YES, YES, (s6 | s2));
        let d36 = m36 & n36;
        let (c36, s36) = (!a36 | d36, a36 & d36);
        sum.state(36, lanes, a36, n36, c36);
        // land-permit
        let (a15, m15, n15) = (YES, l43, c36 & c28);
        let d15 = m15 & n15;
        let (c15, s15) = (!a15 | d15, a15 & d15);
        sum.state(15, lanes, a15, n15, c15);
        // works-permit
        let (a39, m39, n39) = (YES, l44, c15 & c35);
        let d39 = m39 & n39;
        let (c39, s39) = (!a39 | d39, a39 & d39);
        sum.state(39, lanes, a39, n39, c39);
        // design-secret
        let (a8, m8, n8) = (l45, l46, c39);
        let d8 = m8 & n8;
        let (c8, s8) = (!a8 | d8, a8 & d8);
        sum.state(8, lanes, a8, n8, c8);
        // design
        let (a7, m7, n7) = (!l45, l46, c39);
        let d7 = m7 & n7;
        let (c7, s7) = (!a7 | d7, a7 & d7);
        sum.state(7, lanes, a7, n7, c7);
        // safety
        let (a27, m27, n27) = (YES, (!l45 | l41), c7 & c8);
        let d27 = m27 & n27;
        let (c27, s27) = (!a27 | d27, a27 & d27);
        sum.state(27, lanes, a27, n27, c27);
        // permit
        let (a21, m21, n21) = (YES, l47, c39 & c27 & c12 & c30 & c13 & c14 & c32 & c38 & c10 & c11);
        let d21 = m21 & n21;
        let (c21, s21) = (!a21 | d21, a21 & d21);
        sum.state(21, lanes, a21, n21, c21);
        // agreement
        let (a1, m1, n1) = ((!l48 | l49), l41, c28);
        let d1 = m1 & n1;
        let (c1, s1) = (!a1 | d1, a1 & d1);
        sum.state(1, lanes, a1, n1, c1);
        // acceptance
        let (a0, m0, n0) = (l50, l51, c28);
        let d0 = m0 & n0;
        let (c0, s0) = (!a0 | d0, a0 & d0);
        sum.state(0, lanes, a0, n0, c0);
        // priority
        let (a23, m23, n23) = (l52, (l5 & !l53), c0);
        let d23 = m23 & n23;
        let (c23, s23) = (!a23 | d23, a23 & d23);
        sum.state(23, lanes, a23, n23, c23);
        // start
        let (a34, m34, n34) = (YES, YES, c21 & c1 & c0 & c23);
        let d34 = m34 & n34;
        let (c34, s34) = (!a34 | d34, a34 & d34);
        sum.state(34, lanes, a34, n34, c34);
        sum.verdict(lanes, c34);
    }
}
